import { z } from "zod";
import type { Cell } from "../domain/cell.ts";
import { readText, trimmed } from "../domain/cell.ts";
import type { Column } from "../domain/columns.ts";
import type { Kind } from "../domain/kind.ts";
import type { KindName } from "../domain/kinds.ts";
import { kindOf } from "../domain/kinds.ts";
import type { Refusal } from "../domain/refusal.ts";
import { refuse } from "../domain/refusal.ts";
import type { Row } from "../domain/row.ts";
import type { ProblemField } from "./problem.ts";

/** One command as JSON. */
export type CommandBody = Readonly<Record<string, string | undefined>> & {
  readonly extra?: Readonly<Record<string, string>> | undefined;
};

const extra = z
  .record(z.string(), z.string())
  .optional()
  .describe("columns the ledger does not know, kept as notes; personal data");

/**
 * A command of a kind in JSON: texts under the names of its columns' fields; unknown names are
 * refused.
 */
export function bodySchema({ columns, examples }: Kind): z.ZodType {
  const shape = Object.entries(columns).map(([name, column]) => {
    const { values } = column;
    const type = values === undefined ? z.string() : z.enum(Object.keys(values));
    return [name, type.optional().describe(`${column.column}: ${meaningOf(column)}`)] as const;
  });
  return z.strictObject({ ...Object.fromEntries(shape), extra }).meta({ examples });
}

function meaningOf({ means, form }: Column): string {
  return [means, form].filter((text) => text !== "").join(": ");
}

/** A command in JSON as the row of a file; a refusal where `extra` names a known column. */
export function rowOf({ columns }: Kind, body: CommandBody): Row | Refusal {
  const cells: Record<string, Cell> = {};
  const known = new Set<string>();
  for (const [name, { column, values }] of Object.entries(columns)) {
    known.add(column);
    const text = body[name];
    if (text !== undefined) cells[column] = values?.[text] ?? readText(text);
  }
  for (const [name, text] of Object.entries(body.extra ?? {})) {
    const column = trimmed(name);
    const problem = known.has(column)
      ? "extra names a column that has a field of its own"
      : Object.hasOwn(cells, column)
        ? "extra has two names that differ only by blanks"
        : isStorable(column)
          ? undefined
          : "extra has a name that is empty, too long or broken";
    if (problem !== undefined) return refuse("MalformedField", problem, "extra");
    cells[column] = readText(text);
  }
  return { cells };
}

function isStorable(name: string): boolean {
  // Assigning passes a member of that name by.
  if (name === "__proto__") return false;
  return name !== "" && name.length <= 200 && name.isWellFormed() && !name.includes("\u0000");
}

/** The column that a field stands for. */
export function columnOf(kind: KindName, name: string): string | undefined {
  const { columns } = kindOf(kind);
  return Object.hasOwn(columns, name) ? columns[name]?.column : undefined;
}

/** A column at fault under both its names. */
export function fieldOf({ columns }: Kind, column: string | undefined): ProblemField | undefined {
  if (column === undefined) return undefined;
  const known = Object.entries(columns).find(([, one]) => one.column === column);
  return known === undefined ? { name: column } : { name: known[0], column };
}
