import type { Thing } from "../columns.ts";
import { accountOpener } from "./opened.ts";
import { programmeOf } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { recorded } from "./things.ts";

/** What a bank has lent. */
export const loan = recorded("loans", "LoanUnknown");
/** Who answers for a loan. */
export const guarantee = recorded("guarantees", "GuaranteeUnknown");
/** What an insurer covers. */
export const policy = recorded("policies", "PolicyUnknown");

/** An account of a fund against risk by its number: the row that opened it. */
export const account: Thing<ProgrammeRow<"risk-fund">> = {
  unknown: ["AccountUnknown", "is not opened by a 存入"],
  known: (facts, id) => accountOpener(programmeOf(facts), id),
};
