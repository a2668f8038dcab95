import { join } from "node:path";
import { projectRoot } from "../../src/root.ts";
import type { CountyKind } from "./county.ts";

/** Small files after traits of real ones, and the right answer to each (README beside them). */
export const bureauFiles = join(projectRoot, "test/golden/files");

/** The files that the others build on. */
export const baseFiles: readonly (readonly [CountyKind, string])[] = [
  ["roster", "base-roster.csv"],
  ["organisations", "base-organisations.csv"],
  ["contracts", "base-contracts.csv"],
];

/** A row that is refused, and what the refusal says. */
type Refused = readonly [row: number, code: string, message: RegExp];

/** A file and the right answer to it. */
export interface BureauFile {
  readonly kind: CountyKind;
  readonly file: string;
  readonly recorded?: number;
  readonly refused?: readonly Refused[];
  readonly sheets?: { readonly read: string; readonly notRead: readonly string[] };
  /** The row at which the reading ends, with what the answer says of it. */
  readonly stopped?: { readonly row: number; readonly code: string; readonly message: RegExp };
  /** The file is refused whole. */
  readonly error?: { readonly code: string; readonly message: RegExp };
}

const malformed = (row: number, message: RegExp): Refused => [row, "MalformedField", message];
const oneSheet = { read: "Sheet1", notRead: [] };

/** In the order in which they are imported into one ledger. */
export const bureauAnswers: readonly BureauFile[] = [
  {
    kind: "movements",
    file: "refused-then-quote.csv",
    recorded: 1,
    refused: [[2, "HouseholdUnknown", /户编号/]],
    stopped: { row: 4, code: "FileMalformed", message: /row 4: a quotation mark/ },
  },
  {
    kind: "contracts",
    file: "formula-no-value.xlsx",
    refused: [malformed(2, /^终止日期 is a formula/), malformed(3, /^户编号 is a formula/)],
    sheets: oneSheet,
  },
  {
    kind: "roster",
    file: "errors.xlsx",
    refused: [malformed(2, /^县 is an error cell/)],
    sheets: oneSheet,
  },
  {
    kind: "roster",
    file: "account-number.xlsx",
    refused: [malformed(2, /^银行账号 is a number of over 15 digits/)],
    sheets: oneSheet,
  },
  {
    kind: "contracts",
    file: "household-number.xlsx",
    refused: [malformed(2, /^户编号 is a number of over 15 digits/)],
    sheets: oneSheet,
  },
  {
    kind: "movements",
    file: "household-number-after.csv",
    refused: [[2, "ContractUnknown", /合同编号/]],
  },
  {
    kind: "roster",
    file: "scientific.csv",
    refused: [2, 3, 4].map((row) => malformed(row, /^人编号 is a number like 5.39999E\+17/)),
  },
  {
    kind: "roster",
    file: "after-excel-roster.csv",
    refused: [2, 3, 4].map((row) => malformed(row, /^户编号 is needed/)),
  },
  {
    kind: "roster",
    file: "after-excel.csv",
    refused: [2, 3, 4].map((row) => malformed(row, /^人编号 is a number like 5.39999E\+17/)),
  },
  {
    kind: "movements",
    file: "twice.csv",
    recorded: 1,
    refused: [malformed(3, /^业务编号 .*U\+200B/), malformed(4, /^业务编号 .*U\+FF39/)],
  },
  {
    kind: "contracts",
    file: "year-contract.csv",
    refused: [malformed(2, /^起始日期 is not a day .* from 1949-10-01/)],
  },
  {
    kind: "movements",
    file: "year.csv",
    refused: [malformed(2, /^业务日期 is not a day .* from 1949-10-01/)],
  },
  { kind: "movements", file: "floats.xlsx", recorded: 5, sheets: oneSheet },
  { kind: "movements", file: "date-time.xlsx", recorded: 5, sheets: oneSheet },
  { kind: "movements", file: "duplicate-unknown.csv", recorded: 1 },
  {
    kind: "movements",
    file: "hidden-old-copy.xlsx",
    recorded: 1,
    sheets: { read: "2025", notRead: ["2024"] },
  },
  {
    kind: "movements",
    file: "months.xlsx",
    recorded: 1,
    sheets: { read: "1月", notRead: ["2月", "3月"] },
  },
  {
    kind: "movements",
    file: "title-row.xlsx",
    recorded: 1,
    refused: [malformed(4, /^业务类型 is not one of/)],
    sheets: { read: "3月", notRead: [] },
  },
  { kind: "movements", file: "header-marks.xlsx", recorded: 1, sheets: oneSheet },
  {
    kind: "movements",
    file: "html.xls",
    error: { code: "FileMalformed", message: /the file is a web page; open it .* save it as/ },
  },
];

/** What the household of most of these files has received once all are imported. */
export const bureauStatement = { household: "5399990001", wage: "3963.70" };
