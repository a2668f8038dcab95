import { businessDay } from "../period.ts";
import type { Programme } from "./programme.ts";
import { rowsNaming } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import type { PlainRule } from "./rows.ts";
import { accountName } from "./timelines.ts";

/** The row that opened an account of a fund against risk, unless it was taken back. */
export function accountOpener(
  programme: Programme,
  account: string,
): ProgrammeRow<"risk-fund"> | undefined {
  return openerOf(rowsNaming(programme, accountName(account), "risk-fund"));
}

/** The row by which a herd was lent, unless it was taken back. */
export function herdOpener(programme: Programme, herd: string): ProgrammeRow<"herd"> | undefined {
  return openerOf(rowsNaming(programme, `herd/${herd}`, "herd"));
}

/** The first that was not taken back: what opened something goes last. */
function openerOf<R extends ProgrammeRow>(rows: readonly R[]): R | undefined {
  return rows.find(({ takenBackOn }) => takenBackOn === undefined);
}

/** What a row has opened that others name by a number of its own: `model/M7`, `account/ZH-1`. */
export function openedBy(programme: Programme, row: ProgrammeRow): string | undefined {
  if (row.kind === "models" && row.data.kind === "propose") return `model/${row.data.model}`;
  if (row.kind === "risk-fund") {
    const { account } = row.data;
    return accountOpener(programme, account)?.id === row.id ? accountName(account) : undefined;
  }
  if (row.kind !== "herd") return undefined;
  const { herd } = row.data;
  return herdOpener(programme, herd)?.id === row.id ? `herd/${herd}` : undefined;
}

/** `DateBefore`: a row is not dated before the one that opened its account or herd. */
export function notBeforeOpener<J extends { readonly row: { readonly date: string } }>(
  openerFor: (judged: J) => ProgrammeRow | undefined,
): PlainRule<"DateBefore", "date", J> {
  return [
    "DateBefore",
    "date",
    (judged) =>
      judged.row.date < (openerFor(judged)?.data.date ?? "") &&
      `${businessDay} is before that of the row which opened the number`,
  ];
}
