import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { listColumns, writeListTable, writeNextStep } from "../exchange/plan-tables.ts";
import { systemCode } from "../exchange/text-encoding.ts";
import { knownAtSaid } from "../queries/answer.ts";
import { pagedList } from "../queries/lists.ts";
import { nextStepOf } from "../queries/next-step.ts";
import { tableOf } from "../queries/presentation.ts";
import { grouped } from "../words/numbers.ts";
import { isConnectionLoss } from "../ledger.ts";
import { FileNotWritable, UsageError } from "./failure.ts";
import { blockText } from "./output.ts";
import type { Runner, Session } from "./session.ts";
import { answerableAt } from "./session.ts";

interface ListWishes {
  readonly copy: "full" | "public";
  readonly version?: number;
  readonly csv?: string;
  readonly xlsx?: string;
}

const versionOf = (text: string): number => {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is no version: 1, 2, 3 …");
};

/** `sunshine list PLAN --copy full|public` */
export function listVerb(program: Command, run: Runner): void {
  const verb = program
    .command("list")
    .summary("a list of a plan, whole or as it may be published")
    .description(
      "The lines of a frozen list. The public copy has the leaves of its hash: masked names and " +
        "no number of a person; the full copy also what they commit to. docs/list-check.py shows " +
        "that both are one list.",
    )
    .argument("<plan>", "计划编号")
    .addOption(
      new Option("--copy <which>", "which copy").choices(["full", "public"]).makeOptionMandatory(),
    )
    .option("--version <n>", "a version; otherwise the list that stands", versionOf)
    .option("--csv <file>", "write the lines to a CSV file")
    .option("--xlsx <file>", "write the lines to a workbook");
  verb.action(async (plan: string) => {
    const wishes = verb.opts<ListWishes>();
    if (wishes.csv !== undefined && wishes.xlsx !== undefined) {
      throw new UsageError("--csv and --xlsx are for one file");
    }
    await run(verb, { table: false }, async (session) => {
      await showList(session, plan, wishes);
      return 0;
    });
  });
}

async function showList(session: Session, plan: string, wishes: ListWishes): Promise<void> {
  const { ledger, out } = session;
  const knownAt = await answerableAt(session);
  const { copy, version: wanted } = wishes;
  const found = await pagedList(ledger.reads, copy, { plan, version: wanted }, knownAt);
  const file = wishes.csv ?? wishes.xlsx;
  const { pages, lines: all, ...manifest } = found;
  if (file !== undefined) {
    await writeListTable(file, copy, { ...manifest, lines: all() }).catch((error: unknown) => {
      if (!(error instanceof Error && "syscall" in error) || isConnectionLoss(error)) throw error;
      throw new FileNotWritable(`${file} cannot be written (${systemCode(error)})`);
    });
  }
  if (out.format === "json") {
    const after = { ...(file !== undefined && { file }), knownAt: knownAtSaid(knownAt) };
    return out.jsonWithLists(manifest, { lines: inJson(pages()) }, after);
  }
  const { hash, root, count, sum, version } = manifest;
  const head = `计划 ${plan} 第 ${version} 版：${count} 行，${grouped(sum)} 元`;
  await out.people(head, `清单哈希 hash ${hash}`, `root ${root}`, "");
  if (file !== undefined) return out.people(`${file}: ${count} lines`);
  const shown = listColumns[copy].filter(({ name }) => name !== "commit" && name !== "salt");
  const lines: object[] = [];
  for await (const line of all()) lines.push(line);
  const table = tableOf(
    shown.map(({ name }) => ({
      title: name,
      value: (line: object) => (line as Readonly<Record<string, string | number>>)[name],
    })),
    lines,
  );
  await out.show(blockText(table));
}

/** The items of a list as they stand between its brackets, a piece for each page. */
async function* inJson(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  let between = "";
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield between + page.map((one) => JSON.stringify(one)).join(",");
    between = ",";
  }
}

/** `sunshine steps PLAN --next FILE` */
export function stepsVerb(program: Command, run: Runner): void {
  const verb = program
    .command("steps")
    .summary("the row of a plan's next step, to be completed")
    .description(
      "Writes a file for `import steps` with the row of the step that comes next: its columns, " +
        "and the hash of the list where the step names it.",
    )
    .argument("<plan>", "计划编号")
    .requiredOption("--next <file>", "where to: FILE.xlsx or FILE.csv");
  verb.action(async (plan: string) => {
    const { next } = verb.opts<{ next: string }>();
    if (!/\.(?:csv|xlsx)$/i.test(next)) throw new UsageError("--next ends in .csv or .xlsx");
    await run(verb, { table: false }, async (session) => {
      const knownAt = await answerableAt(session);
      const found = await nextStepOf(session.ledger.reads.pool, plan, knownAt);
      await writeNextStep(next, found).catch((error: unknown) => {
        throw new FileNotWritable(`${next} cannot be written (${systemCode(error)})`);
      });
      const said = { plan, file: next, step: found.step };
      if (session.out.format === "json") await session.out.json(said);
      else await session.out.people(`${next}: ${said.step ?? "no step is next"}`);
      return 0;
    });
  });
}
