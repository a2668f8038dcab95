import type { PaidLine } from "./bank-answers.ts";

/** The cells of a row by column. */
export type Cells = Readonly<Record<string, string>>;

/** A payment of a batch, as the bank's files name it. */
export interface DemoPayment extends PaidLine {
  readonly batch: string;
  readonly plan: string;
  /** 户编号 or 主体编号. */
  readonly beneficiary: string;
}

/** The payments of all batches that were instructed so far. */
export type Paid = readonly DemoPayment[];

/**
 * One thing that people of the county do, through a command that everybody has. In the cells of
 * steps `{hash:PLAN:N}` is the hash of version N of a plan's list, which only the ledger knows.
 */
export type Act =
  | {
      readonly do: "rows";
      readonly kind: string;
      /** Rows, or what they are by what was paid. */
      readonly rows: readonly Cells[] | ((paid: Paid) => readonly Cells[]);
    }
  | {
      readonly do: "instruct";
      readonly batch: string;
      readonly plans: readonly string[];
      readonly account: string;
      readonly by: string;
      readonly on: string;
    }
  | {
      readonly do: "bank";
      readonly kind: "pain.002" | "camt.053" | "camt.054";
      /** "" for a status report. */
      readonly account: string;
      readonly message: string;
      readonly text: (paid: Paid) => string;
    }
  | {
      readonly do: "settle";
      readonly entry: string;
      /** Columns of a decision, those that depend on what was paid too. */
      readonly decision: (paid: Paid) => Cells;
    }
  | { readonly do: "close"; readonly month: string; readonly by: string };
