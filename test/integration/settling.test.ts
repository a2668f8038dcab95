// What is decided about a bank's entry and taken back leaves sums as if it had never been, whatever
// the bank has said of the payment meanwhile.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Test, test } from "tap";
import type { BankEntry } from "../../seeds/bank-answers.ts";
import { statement } from "../../seeds/bank-answers.ts";
import { settle as decideEntry } from "../../src/payments/settle.ts";
import { judgedPayments } from "../../src/queries/payments.ts";
import { testLedger } from "../support/ledger.ts";
import {
  approve,
  draft,
  pay,
  payer,
  paying,
  settle as settleCounty,
  tell,
} from "../support/paying-county.ts";

/** A payment of 10.00, and the three things that may happen to it. */
async function county(t: Test) {
  const testing = await testLedger(t);
  const ledger = paying(testing);
  const folder = await mkdtemp(join(tmpdir(), "sunshine-settling-"));
  t.teardown(() => rm(folder, { recursive: true }));
  await settleCounty(ledger, 1);
  await draft(ledger, { plan: "JH1", basis: new Map([[1, "1"]]), pool: "10.00" });
  await approve(ledger, "JH1");
  const done = await pay(ledger, ["JH1"]);
  if ("code" in done) throw new Error(done.code);
  const all = async () => {
    await testing.caughtUp();
    return judgedPayments(testing.pool, "true", [], (await testing.log.head()).position);
  };
  const [payment] = await all();
  if (payment === undefined) throw new Error("nothing was instructed");
  const to = `${done.batch.batch}/${payment.row.payment}`;
  let sequence = 0;
  let openingFen = 100_000n;
  const books = async (entry: Omit<BankEntry, "fen">, isReversal = false): Promise<void> => {
    sequence += 1;
    const of = { id: `D${sequence}`, account: payer, sequence, openingFen };
    const days = { from: entry.day, to: entry.day };
    const entries = [{ ...entry, fen: 1_000n }];
    const text = statement({ ...of, ...days, entries });
    const told = isReversal ? text.replace("<Sts>", "<RvslInd>true</RvslInd><Sts>") : text;
    const { refused } = await tell(ledger, join(folder, "file.xml"), told);
    t.strictSame(refused, []);
    openingFen += entry.direction === "CRDT" ? 1_000n : -1_000n;
  };
  const decides = async (reference: string, undo: boolean): Promise<void> => {
    const wishes = { entry: `${payer}/${reference}`, by: "会计", reason: "核对", on: "2025-03-10" };
    const said = undo ? { undo } : { to };
    const found = await decideEntry(ledger, { ...wishes, ...said }, { actor: "test" });
    t.notMatch(found, { code: String }, `${reference} ${undo ? "undone" : "decided"}`);
  };
  const line = { payment: payment.row.payment, fen: 1_000n };
  return {
    /** A debit, or a credit, that names nothing of ours. */
    debit: () => books({ reference: "D", day: "2025-03-04", direction: "DBIT" }),
    credit: () => books({ reference: "C", day: "2025-03-06", direction: "CRDT" }),
    /** The same that name the payment. */
    paid: () => books({ reference: "P", day: "2025-03-04", direction: "DBIT", lines: [line] }),
    back: () =>
      books({
        ...{ reference: "B", day: "2025-03-06", direction: "CRDT", lines: [line] },
        returned: ["AC04", "销户"],
      }),
    /** A debit that says that the last return was none. */
    backUndone: () =>
      books({ reference: "R", day: "2025-03-07", direction: "DBIT", lines: [line] }, true),
    decides,
    /** Its state, and what the household received and what is in transit. */
    async found(): Promise<string> {
      const [one] = await all();
      const { rows } = await testing.pool.query<{ side: string; sum: string }>(
        `SELECT side, sum(amount)::text AS sum FROM read.postings
         WHERE side IN ('household', 'transit') GROUP BY 1 HAVING sum(amount) <> 0 ORDER BY 1`,
      );
      t.match(await testing.verify(), { ok: true, differences: [] });
      return [one?.state, ...rows.map(({ side, sum }) => `${side} ${sum}`)].join(", ");
    },
  };
}

type County = Awaited<ReturnType<typeof county>>;
type Happens = (one: County) => Promise<void>;

const isPaid: Happens = ({ decides }) => decides("D", false);
const isNotPaid: Happens = ({ decides }) => decides("D", true);
const isBack: Happens = ({ decides }) => decides("C", false);
const isNotBack: Happens = ({ decides }) => decides("C", true);
const debit: Happens = (one) => one.debit();
const credit: Happens = (one) => one.credit();
const backUndone: Happens = (one) => one.backUndone();
const paid: Happens = (one) => one.paid();
const back: Happens = (one) => one.back();

const cases: Readonly<Record<string, readonly [readonly Happens[], string]>> = {
  "a credit": [[debit, isPaid], "credited, household 10.00"],
  "a credit, taken back": [[debit, isPaid, isNotPaid], "instructed, transit 10.00"],
  "a credit, taken back, decided again": [
    [debit, isPaid, isNotPaid, isPaid],
    "credited, household 10.00",
  ],
  "a credit that came back": [[debit, isPaid, back], "returned"],
  "a credit that came back, taken back": [[debit, isPaid, back, isNotPaid], "returned"],
  "a credit behind its return, taken back": [[debit, back, isPaid, isNotPaid], "returned"],
  "a return": [[paid, credit, isBack], "returned"],
  "a return, taken back": [[paid, credit, isBack, isNotBack], "credited, household 10.00"],
  "a return of nothing, taken back": [[credit, isBack, isNotBack], "instructed, transit 10.00"],
  "a return, then its credit; the return taken back": [
    [credit, isBack, paid, isNotBack],
    "credited, household 10.00",
  ],
  "both decided, the credit taken back": [[debit, credit, isPaid, isBack, isNotPaid], "returned"],
  "a return of nothing that the bank took back, taken back": [
    [credit, isBack, backUndone, isNotBack],
    "instructed, transit 10.00",
  ],
  "both decided, both taken back": [
    [debit, credit, isPaid, isBack, isNotPaid, isNotBack],
    "instructed, transit 10.00",
  ],
};

for (const [what, [happens, wanted]] of Object.entries(cases)) {
  test(what, async (t) => {
    const one = await county(t);
    for (const happening of happens) await happening(one);
    t.equal(await one.found(), wanted);
  });
}
