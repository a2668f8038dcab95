import type { VNode } from "preact";
import type { Notice } from "../queries/notice.ts";
import { grouped } from "../words/numbers.ts";
import { codeOf, codePath, quietModules } from "./code.ts";
import { sheetColumns } from "./sheet.ts";

/** A text as a QR code. */
export function Code({ text, label }: { readonly text: string; readonly label: string }): VNode {
  const modules = codeOf(text);
  const side = modules.length + 2 * quietModules;
  const from = -quietModules;
  return (
    <svg class="code" viewBox={`${from} ${from} ${side} ${side}`} role="img" aria-label={label}>
      <path fill="#fff" d={`M${from} ${from}h${side}v${side}h-${side}z`} />
      <path shape-rendering="crispEdges" d={codePath(modules)} />
    </svg>
  );
}

/** A hash in groups that can be compared by eye. */
export function Hash({ groups }: { readonly groups: readonly string[] }): VNode {
  return (
    <code class="hash">
      {groups.map((group) => (
        <span key={group}>{group} </span>
      ))}
    </code>
  );
}

/** The lines of a list and their sum. */
export function Lines({ lines, sum }: Pick<Notice, "lines" | "sum">): VNode {
  const [line, shown, village, amount] = sheetColumns;
  return (
    <table class="lines">
      <thead>
        <tr>
          <th scope="col" class="number">
            {line}
          </th>
          <th scope="col">{shown}</th>
          <th scope="col">{village}</th>
          <th scope="col" class="number">
            {amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((one) => (
          <tr key={one.line}>
            <td class="number">{one.line}</td>
            <td>{one.shown}</td>
            <td>{one.village}</td>
            <td class="number">{grouped(one.amount)}</td>
          </tr>
        ))}
        <tr class="sum">
          <td />
          <th scope="row">合计</th>
          <td>共 {grouped(lines.length)} 笔</td>
          <td class="number">{grouped(sum)}</td>
        </tr>
      </tbody>
    </table>
  );
}
