import type { Command } from "commander";
import { writeReportTable } from "../exchange/report-tables.ts";
import { systemCode } from "../exchange/text-encoding.ts";
import { isConnectionLoss } from "../ledger.ts";
import { knownAtWords } from "../queries/presentation.ts";
import type { AnyReport, ReportAnswer, ReportTold } from "../queries/reports/report.ts";
import { answerOf, parametersOf } from "../queries/reports/report.ts";
import { contradiction } from "../queries/reports/asked.ts";
import { reports } from "../queries/reports/reports.ts";
import { reportTable } from "../queries/reports/table.ts";
import type { KnownAtChoice } from "./choices.ts";
import { optionOf, periodOf, withKnownAt } from "./choices.ts";
import { FileNotWritable, UsageError } from "./failure.ts";
import { tableText } from "./output.ts";
import type { Runner, Session } from "./session.ts";
import { answerableAt } from "./session.ts";

type Wishes = ReportTold & { readonly knownAt?: KnownAtChoice; readonly xlsx?: string };

/** `sunshine report NAME [ID]` */
export function reportVerb(program: Command, run: Runner): void {
  const verb = program
    .command("report")
    .summary("the programme's figures: coverage, funds, entities …")
    .description(
      "Figures of the programme, row by row with their total. Each is a sum of facts, which " +
        "--explain names.",
    );
  for (const report of reports) oneReport(verb, run, report);
}

function oneReport(verb: Command, run: Runner, report: AnyReport): void {
  const command = verb
    .command(report.name)
    .summary(report.summary)
    .description(`${report.summary}. Rows by ${report.rows}.`)
    .option("--xlsx <file>", "write the rows to a workbook, too");
  for (const parameter of Object.values(parametersOf(report))) {
    const { words } = parameter;
    if (words === undefined) continue;
    if (words.flags.startsWith("<")) command.argument(words.flags, words.means);
    else command.addOption(optionOf(parameter, words));
  }
  withKnownAt(command).action(async () => {
    const { knownAt: choice, xlsx, ...options } = command.opts<Wishes>();
    const told = report.of === undefined ? options : { ...options, id: command.args[0] };
    const wrong = contradiction(told);
    if (wrong !== false) throw new UsageError(wrong);
    periodOf(told);
    if (xlsx !== undefined && !/\.xlsx$/i.test(xlsx)) throw new UsageError("--xlsx ends in .xlsx");
    await run(command, { table: true }, async (session) => {
      const knownAt = await answerableAt(session, choice);
      const answer = await answerOf(report, session.ledger.reads, told, knownAt);
      if (xlsx !== undefined) await written(xlsx, report, answer);
      await shown(session, report, answer, knownAtWords(knownAt));
      return 0;
    });
  });
}

async function written(file: string, report: AnyReport, answer: ReportAnswer): Promise<void> {
  await writeReportTable(file, report, answer).catch((error: unknown) => {
    if (!(error instanceof Error && "syscall" in error) || isConnectionLoss(error)) throw error;
    throw new FileNotWritable(`${file} cannot be written (${systemCode(error)})`);
  });
}

async function shown(
  { out }: Session,
  report: AnyReport,
  answer: ReportAnswer,
  asOf: string,
): Promise<void> {
  if (out.format === "json") return out.json(answer);
  const { columns, rows, total } = reportTable(report, answer);
  if (out.format === "csv") {
    return out.csv(
      columns.map(({ name }) => name),
      rows,
    );
  }
  const titles = columns.map(({ name, isAmount }) => {
    return { title: name, align: isAmount ? ("right" as const) : ("left" as const) };
  });
  const all = total === undefined ? rows : [...rows, total];
  return out.people(tableText(titles, all), "", asOf);
}
