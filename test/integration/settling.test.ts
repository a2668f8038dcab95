// What is decided about a bank's entry and taken back leaves sums as if it had never been, whatever
// the bank has said of the payment meanwhile.
import { type Test, test } from "tap";
import { paidCounty } from "../support/paid-county.ts";
import { payer } from "../support/paying-county.ts";

/** A payment of 10.00, and the three things that may happen to it. */
async function county(t: Test) {
  const paid = await paidCounty(t, 1, "10.00");
  const { testing, firstPayment: to, lines, payments, books, settles } = paid;
  const fen = 1_000n;
  return {
    /** A debit, or a credit, that names nothing of ours. */
    debit: () => books({ reference: "D", fen }),
    credit: () => books({ reference: "C", day: "2025-03-06", direction: "CRDT", fen }),
    /** The same that name the payment. */
    paid: () => books({ reference: "P", lines }),
    back: () =>
      books({
        ...{ reference: "B", day: "2025-03-06", direction: "CRDT", lines },
        returned: ["AC04", "销户"],
      }),
    /** A debit that says that the last return was none. */
    backUndone: () => books({ reference: "R", day: "2025-03-07", lines, isReversal: true }),
    async decides(reference: string, undo: boolean): Promise<void> {
      const found = await settles(`${payer}/${reference}`, undo ? { undo } : { to });
      t.equal(found, undo ? "open" : "matched", reference);
    },
    /** Its state, and what the household received and what is in transit. */
    async found(): Promise<string> {
      const [one] = await payments();
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
