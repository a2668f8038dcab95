import type { Facts, Survey } from "../facts.ts";
import type { ProgrammeRow } from "./recorded-row.ts";

/**
 * Asks which contracts, incomes and movements that stand name an asset, a loan or a project
 * (`assets/ZC1`): `income/SY1`.
 */
export const namedElsewhere: Survey<{ thing: string }, readonly string[]> = {
  name: "named-elsewhere",
  categories: ["contract", "income", "register", "organisation"],
  // Other corrections are all that may be on the way: those before this one in its batch.
  with: (naming, _, { type, data }) =>
    type === "IncomeCorrected" ? naming.filter((one) => one !== `income/${data.original}`) : naming,
};

const kinds: ReadonlySet<string> = new Set(["assets", "loans", "projects"]);

/** Whether a contract, an income or a movement that stands names what a row records. */
export function isNamedElsewhere({ kind, id }: ProgrammeRow, facts: Facts): boolean {
  if (!kinds.has(kind)) return false;
  return (facts.survey(namedElsewhere, { thing: `${kind}/${id}` }) ?? []).length > 0;
}
