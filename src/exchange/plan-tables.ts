import type { NextStep } from "../queries/next-step.ts";
import type { TextColumn } from "./text-tables.ts";
import { writeTextTable } from "./text-tables.ts";

/** Which copy of a list. */
export type CopyName = "full" | "public";

/** A copy of a list, as far as a table of it goes. */
export interface ListCopy {
  readonly count: number;
  readonly sum: string;
  readonly lines: Iterable<object> | AsyncIterable<object>;
}

const publicColumns: readonly TextColumn[] = [
  { name: "line" },
  { name: "shown" },
  { name: "village" },
  { name: "amount", isAmount: true },
  { name: "commit", isId: true },
];

/** The columns of each copy, by the names of the members of a line. */
export const listColumns: Readonly<Record<CopyName, readonly TextColumn[]>> = {
  public: publicColumns,
  full: [
    ...publicColumns,
    { name: "household", isId: true },
    { name: "person", isId: true },
    { name: "name" },
    { name: "status" },
    { name: "account", isId: true },
    { name: "holder" },
    { name: "salt", isId: true },
  ],
};

/**
 * Writes the lines of a list as CSV or, where the name ends in `.xlsx`, as a workbook with a line
 * for their sum. The file is whole or not there. Throws what the file system says.
 */
export async function writeListTable(
  path: string,
  copy: CopyName,
  { lines, count, sum }: ListCopy,
): Promise<void> {
  const columns = listColumns[copy];
  const sums: Readonly<Record<string, string>> = {
    line: "合计",
    shown: `${count} 笔`,
    amount: sum,
  };
  async function* rows(): AsyncGenerator<readonly string[]> {
    for await (const line of lines) {
      yield columns.map(({ name }) => String((line as Readonly<Record<string, unknown>>)[name]));
    }
    if (/\.xlsx$/i.test(path)) yield columns.map(({ name }) => sums[name] ?? "");
  }
  await writeTextTable(path, "清单", columns, rows());
}

/** Writes the row of a next step as a file of steps; its header alone where none is next. */
export async function writeNextStep(
  path: string,
  { columns, row }: Pick<NextStep, "columns" | "row">,
): Promise<void> {
  const rows = row === null ? [] : [columns.map((column) => row[column] ?? "")];
  const named = columns.map((name) => ({ name }));
  await writeTextTable(path, "步骤", named, rows);
}
