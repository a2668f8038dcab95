// A county whose plan is paid through a bank, and what that bank says of it, entry by entry.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import type { BankEntry, PaidLine } from "../../seeds/bank-answers.ts";
import { statement } from "../../seeds/bank-answers.ts";
import { toUnits } from "../../src/domain/decimal.ts";
import { settle as decideEntry } from "../../src/payments/settle.ts";
import { judgedPayments } from "../../src/queries/payments.ts";
import type { Step } from "./given.ts";
import { testLedger } from "./ledger.ts";
import type { PlanToPay } from "./paying-county.ts";
import { approve, draft, give, pay, payer, paying, settle, tell } from "./paying-county.ts";

/** The plan that is paid. */
export const plan = "JH1";

/** What is recorded before the plan, and what plan and income say besides. */
interface More extends Pick<PlanToPay, "terms" | "earned"> {
  readonly before?: readonly Step[];
}

/** Households, and a plan that gives the n-th of them n shares of a pool. */
export async function plannedCounty(t: Test, households: number, pool: string, more: More = {}) {
  const testing = await testLedger(t);
  const ledger = paying(testing);
  const folder = await mkdtemp(join(tmpdir(), "sunshine-county-"));
  t.teardown(() => rm(folder, { recursive: true }));
  await settle(ledger, households);
  const { before = [], ...said } = more;
  for (const [kind, row] of before) await give(ledger, kind, [row]);
  const basis = Array.from({ length: households }, (_, at) => [at + 1, String(at + 1)] as const);
  await draft(ledger, { plan, basis: new Map(basis), pool, ...said });
  return {
    ...{ testing, ledger, folder },
    /** Imports the text of a bank's file. */
    told: (text: string) => tell(ledger, join(folder, "file.xml"), text),
  };
}

/** What an entry says of itself; the rest follows from the batch and the lines that it names. */
export type EntrySaid = Partial<BankEntry> & { readonly isReversal?: boolean };

/** The same, its plan approved and all its lines paid in one batch. */
export async function paidCounty(t: Test, households: number, pool: string, more: More = {}) {
  const planned = await plannedCounty(t, households, pool, more);
  const { testing, ledger, told } = planned;
  await approve(ledger, plan);
  const done = await pay(ledger, [plan]);
  if ("code" in done) throw new Error(done.code);
  const { batch } = done.batch;
  const payments = async () => {
    const { position } = await testing.caughtUp();
    return judgedPayments(testing.pool, "true", [], position);
  };
  const lines = (await payments()).map(({ row }): PaidLine => {
    return { payment: row.payment, fen: toUnits(row.amount, 2) };
  });
  let sequence = 0;
  let openingFen = 100_000n;
  const entryOf = (said: EntrySaid): BankEntry => {
    const named = said.lines ?? (said.batch === undefined ? [] : lines);
    const fen = said.fen ?? named.reduce((sum, line) => sum + line.fen, 0n);
    return { reference: "R", day: "2025-03-04", direction: "DBIT", ...said, fen };
  };
  return {
    ...planned,
    ...{ batch, lines },
    /** The first payment, as decisions name it. */
    firstPayment: `${batch}/${lines[0]?.payment ?? ""}`,
    payments,
    /** A statement of one entry: of a batch in one sum, of lines each as a transaction. */
    async books({ isReversal = false, ...said }: EntrySaid) {
      sequence += 1;
      const entry = entryOf(said);
      const at = { id: `D${sequence}`, account: payer, sequence, openingFen };
      const text = statement({ ...at, from: entry.day, to: entry.day, entries: [entry] });
      const booked = entry.batch === undefined ? text : inOneSum(text);
      openingFen += entry.direction === "CRDT" ? entry.fen : -entry.fen;
      const reversed = booked.replace("<Sts>", "<RvslInd>true</RvslInd><Sts>");
      const { refused } = await told(isReversal ? reversed : booked);
      t.strictSame(refused, []);
    },
    /** The state that an entry is in when it is decided, or why it is not. */
    async settles(
      entry: string,
      said: { to: string } | { as: string } | { undo: true },
      on = "2025-03-10",
    ) {
      const wishes = { entry, by: "会计", reason: "核对", on, ...said };
      const found = await decideEntry(ledger, wishes, { actor: "test" });
      return "code" in found ? found.code : found.state;
    },
  };
}

/** A bank books in one sum: without the transactions. */
export function inOneSum(text: string): string {
  return text.replaceAll(/<TxDtls>.*?<\/TxDtls>/gs, "");
}
