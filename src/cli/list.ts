import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { stepNames } from "../../events/schemes.ts";
import { nextStep } from "../domain/distribution/step-machine.ts";
import { stepColumns, stepPersonal, stepReads } from "../domain/distribution/step-columns.ts";
import { systemCode } from "../exchange/text-encoding.ts";
import type { TextColumn } from "../exchange/text-tables.ts";
import { writeTextTable } from "../exchange/text-tables.ts";
import { knownAtSaid } from "../queries/answer.ts";
import { fullList, publicList } from "../queries/lists.ts";
import { planAt } from "../queries/plans.ts";
import { tableOf } from "../queries/presentation.ts";
import { grouped } from "../words/numbers.ts";
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

const publicColumns: readonly TextColumn[] = [
  { name: "line" },
  { name: "shown" },
  { name: "village" },
  { name: "amount", isAmount: true },
  { name: "commit", isId: true },
];

const fullColumns: readonly TextColumn[] = [
  ...publicColumns,
  { name: "household", isId: true },
  { name: "person", isId: true },
  { name: "name" },
  { name: "status" },
  { name: "account", isId: true },
  { name: "holder" },
  { name: "salt", isId: true },
];

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
  const asked = { plan, version: wishes.version };
  const isFull = wishes.copy === "full";
  const found = isFull
    ? await fullList(ledger.reads, asked, knownAt)
    : await publicList(ledger.reads.pool, asked, knownAt);
  const columns = isFull ? fullColumns : publicColumns;
  const texts = (line: object): string[] =>
    columns.map(({ name }) => String((line as Readonly<Record<string, unknown>>)[name]));
  const file = wishes.csv ?? wishes.xlsx;
  if (file !== undefined) {
    const rows = found.lines.map(texts);
    const sums: Readonly<Record<string, string>> = {
      line: "合计",
      shown: `${found.count} 笔`,
      amount: found.sum,
    };
    const sum = columns.map(({ name }) => sums[name] ?? "");
    const all = file === wishes.xlsx ? [...rows, sum] : rows;
    await writeTextTable(file, "清单", columns, all).catch((error: unknown) => {
      throw new FileNotWritable(`${file} cannot be written (${systemCode(error)})`);
    });
  }
  if (out.format === "json") {
    const written = file === undefined ? {} : { file };
    return out.json({ ...found, ...written, knownAt: knownAtSaid(knownAt) });
  }
  const { hash, root, count, sum, version } = found;
  const head = `计划 ${plan} 第 ${version} 版：${count} 行，${grouped(sum)} 元`;
  await out.people(head, `清单哈希 hash ${hash}`, `root ${root}`, "");
  if (file !== undefined) return out.people(`${file}: ${count} lines`);
  const shown = columns.filter(({ name }) => name !== "commit" && name !== "salt");
  const table = tableOf(
    shown.map(({ name }) => ({
      title: name,
      value: (line: object) => (line as Readonly<Record<string, string | number>>)[name],
    })),
    found.lines,
  );
  await out.show(blockText(table));
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
      const { state } = await planAt(session.ledger.reads.pool, plan, knownAt.position);
      const kind = nextStep(state);
      const own = kind === undefined ? [] : stepReads[kind];
      const columns = [
        ...(["step", "plan", "kind", "date", "by", ...own, "period"] as const).map(
          (name) => stepColumns[name].column,
        ),
        stepPersonal.explanation.column,
      ];
      const filled: Readonly<Record<string, string>> = {
        [stepColumns.plan.column]: plan,
        [stepColumns.kind.column]: kind === undefined ? "" : stepNames[kind],
        [stepColumns.hash.column]: state.list?.hash ?? "",
      };
      const row = columns.map((column) => filled[column] ?? "");
      const rows = kind === undefined ? [] : [row];
      const named = columns.map((name) => ({ name }));
      await writeTextTable(next, "步骤", named, rows).catch((error: unknown) => {
        throw new FileNotWritable(`${next} cannot be written (${systemCode(error)})`);
      });
      const said = { plan, file: next, step: kind === undefined ? null : stepNames[kind] };
      if (session.out.format === "json") await session.out.json(said);
      else await session.out.people(`${next}: ${said.step ?? "no step is next"}`);
      return 0;
    });
  });
}
