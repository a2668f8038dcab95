import { extname } from "node:path";
import type { AnyReport, ReportAnswer } from "../queries/reports/report.ts";
import { reportTable } from "../queries/reports/table.ts";
import { writeTextTable } from "./text-tables.ts";

/**
 * Writes the rows of a report as CSV or, where the name ends in `.xlsx`, as a workbook with a line
 * for their total. The file is whole or not there. Throws what the file system says.
 */
export async function writeReportTable(
  path: string,
  report: AnyReport,
  answer: ReportAnswer,
): Promise<void> {
  const { columns, rows, total } = reportTable(report, answer);
  const isWorkbook = extname(path).toLowerCase() === ".xlsx";
  const last = isWorkbook && total !== undefined ? [["合计", ...total.slice(1)]] : [];
  // The key of a row, and what names a fact, stay what they are.
  const named = columns.map(({ name, isAmount, isText }) => ({ name, isAmount, isId: isText }));
  await writeTextTable(path, report.name, named, [...rows, ...last]);
}
