// Entries that speak of a whole batch, or of what they do not fit yet: no sum of a bank's account
// goes without a payment or an unmatched entry.
import { type Test, test } from "tap";
import { notification, statement, statusReport } from "../../seeds/bank-answers.ts";
import { closeMonth } from "../../src/payments/close.ts";
import { resolveKnownAt } from "../../src/queries/as-of.ts";
import { planOnWebQuestion } from "../../src/queries/plan-on-web.ts";
import { reconcileQuestion } from "../../src/queries/reconcile.ts";
import { send } from "../support/ledger.ts";
import { inOneSum, paidCounty, plan } from "../support/paid-county.ts";
import { accountOf, give, head, pay, payer, stepOf } from "../support/paying-county.ts";

/** Three payments of 10.00, 20.00 and 30.00 in one batch. */
async function county(t: Test) {
  const paid = await paidCounty(t, 3, "60.00");
  const { testing, ledger, payments } = paid;
  return {
    ...paid,
    /** States of the payments, what is unmatched, what the account differs by, and the zero. */
    async found() {
      const states = (await payments()).map(({ state }) => state).join(" ");
      const { reads } = ledger;
      const { unmatched, accounts, zero } = await reconcileQuestion.ask(
        reads,
        {},
        await resolveKnownAt(reads),
      );
      t.match(await testing.verify(), { ok: true, differences: [] });
      return [
        states,
        ...unmatched.map(({ entry, amount, reason }) => {
          return `${entry.replace(`${payer}/`, "")} ${amount} ${reason}`;
        }),
        ...accounts.map(({ difference }) => difference),
        zero ? "zero" : "not zero",
      ].join(", ");
    },
  };
}

type County = Awaited<ReturnType<typeof county>>;
type Case = readonly [happens: (one: County) => Promise<unknown>, wanted: string];

const all = (one: County) => ({ batch: one.batch, lines: one.lines });
const first = (one: County) => one.lines.slice(0, 1);
const sendsAgain = async (one: County) => {
  const step = { 步骤编号: "重", 业务日期: "2025-03-08", 户编号: "H1", 说明: "重发" };
  await give(one.ledger, "steps", [stepOf(plan, "重发", step)]);
};
const paysAgain = async (one: County) => {
  const done = await pay(one.ledger, [plan], "2025-03-09");
  return "code" in done ? done.code : undefined;
};
/** Everything is credited but the first, which came back. */
const cameBack = async (one: County) => {
  await one.books(all(one));
  await one.books({ lines: first(one), reference: "B", direction: "CRDT", day: "2025-03-06" });
};
const takenBack = (one: County) => {
  return one.books({ lines: first(one), reference: "U", day: "2025-03-10", isReversal: true });
};
const rejects = (one: County, id: string) => {
  const rejected = new Map([[one.lines[0]?.payment ?? "", "AC01"]]);
  return one.told(statusReport(id, "2025-03-05", one.batch, first(one), rejected));
};
const rejectsBatch = (one: County) => {
  const text = statusReport("S1", "2025-03-05", one.batch, [], new Map());
  return one.told(text.replace("ACCP", "RJCT"));
};
/** The first is given up and then not, and the bank may reject it meanwhile; the rest are paid. */
const rejectedMeanwhile = async (one: County, happens: (one: County) => Promise<unknown>) => {
  await one.books({ lines: one.lines.slice(1), reference: "L" });
  const on = "2025-04-20";
  const given = await one.settles(one.firstPayment, { as: "rejected" }, on);
  if (given !== "matched") throw new Error(given);
  await happens(one);
  const undone = await one.settles(one.firstPayment, { undo: true }, on);
  if (undone !== "open") throw new Error(undone);
};

const cases: Readonly<Record<string, Case>> = {
  "a batch": [(one) => one.books(all(one)), "credited credited credited, 0.00, zero"],
  "a batch booked again": [
    async (one) => {
      await one.books(all(one));
      await one.books({ ...all(one), reference: "R2" });
    },
    "credited credited credited, R2 60.00 AlreadyCredited, -60.00, not zero",
  ],
  "a batch booked again, decided": [
    async (one) => {
      await one.books(all(one));
      await one.books({ ...all(one), reference: "R2" });
      await one.settles(`${payer}/R2`, { as: "银行重复扣款" });
    },
    "credited credited credited, 0.00, zero",
  ],
  "a line, then its batch": [
    async (one) => {
      await one.books({ lines: one.lines.slice(1, 2), reference: "L" });
      await one.books(all(one));
    },
    "credited credited credited, R#2 20.00 AlreadyCredited, -20.00, not zero",
  ],
  "a batch, told by a notification first": [
    async (one) => {
      const entry = { reference: "N", day: "2025-03-04", direction: "DBIT" as const, fen: 6_000n };
      await one.told(inOneSum(notification("T1", payer, entry.day, [{ ...entry, ...all(one) }])));
      await one.books({ ...all(one), reference: "N" });
    },
    "credited credited credited, 0.00, zero",
  ],
  "a batch that comes back": [
    async (one) => {
      await one.books(all(one));
      await one.books({ ...all(one), reference: "B", direction: "CRDT", day: "2025-03-06" });
    },
    "returned returned returned, 0.00, not zero",
  ],
  "a batch that comes back, taken back": [
    async (one) => {
      await one.books(all(one));
      await one.books({ ...all(one), reference: "U", day: "2025-03-07", isReversal: true });
      await one.books({ ...all(one), reference: "B", direction: "CRDT", day: "2025-03-06" });
    },
    "credited credited credited, 0.00, zero",
  ],
  "what is left of a batch, before one of it is rejected": [
    async (one) => {
      await one.books({ batch: one.batch, lines: one.lines.slice(0, 2) });
      const rejected = new Map([[one.lines[2]?.payment ?? "", "AC01"]]);
      await one.told(statusReport("S1", "2025-03-05", one.batch, one.lines, rejected));
    },
    "credited credited rejected, 0.00, not zero",
  ],
  "a sum of nothing that was instructed": [
    (one) => one.books({ batch: one.batch, lines: one.lines.slice(0, 2) }),
    "instructed instructed instructed, R 30.00 AmountDiffers, -30.00, not zero",
  ],
  "a reversal before its return": [
    async (one) => {
      const lines = first(one);
      await one.books(all(one));
      await one.books({ lines, reference: "U", day: "2025-03-07", isReversal: true });
      await one.books({ lines, reference: "B", direction: "CRDT", day: "2025-03-06" });
    },
    "credited credited credited, 0.00, zero",
  ],
  "a reversal of nothing": [
    async (one) => {
      await one.books(all(one));
      await one.books({ lines: first(one), reference: "U", isReversal: true });
    },
    "credited credited credited, U 10.00 Contradicts, -10.00, not zero",
  ],
  "a reversal that was decided to be something else, before its return": [
    async (one) => {
      const lines = first(one);
      await one.books(all(one));
      await one.books({ lines, reference: "U", day: "2025-03-07", isReversal: true });
      await one.settles(`${payer}/U`, { as: "更正" });
      await one.books({ lines, reference: "B", direction: "CRDT", day: "2025-03-06" });
    },
    "returned credited credited, 0.00, not zero",
  ],
  "a reversal of a return that names nothing, decided": [
    async (one) => {
      const lines = first(one);
      const nothing = [{ payment: "PC-OTHER-1", fen: 1_000n }];
      await one.books(all(one));
      await one.books({ lines, reference: "B", direction: "CRDT", day: "2025-03-06" });
      await one.books({ lines: nothing, reference: "U", day: "2025-03-07", isReversal: true });
      await one.settles(`${payer}/U`, { to: one.firstPayment });
    },
    "credited credited credited, 0.00, zero",
  ],
  "a payment information that was never given, rejected under our message": [
    async (one) => {
      const rejected = new Map([["PC-OTHER-1", "AC01"]]);
      const text = statusReport("S1", "2025-03-05", one.batch, [], rejected);
      const status = "<PmtInfSts>RJCT</PmtInfSts>";
      await one.told(
        text
          .replace(`<OrgnlPmtInfId>${one.batch}-1`, `<OrgnlPmtInfId>OTHER`)
          .replace("</OrgnlPmtInfId>", `</OrgnlPmtInfId>${status}`),
      );
    },
    "instructed instructed instructed, status/S1#1 0.00 NotInstructed, not zero",
  ],
  "an entry beyond its transactions": [
    (one) => one.books({ lines: one.lines, fen: 6_100n }),
    "credited credited credited, R#0 1.00 AmountDiffers, -1.00, not zero",
  ],
  "sent again, then found to be credited after all": [
    async (one) => {
      await cameBack(one);
      await sendsAgain(one);
      await takenBack(one);
      if ((await paysAgain(one)) !== "NothingToPay") throw new Error("it is paid twice");
    },
    "credited credited credited, 0.00, zero",
  ],
  "paid again, then its return is taken back": [
    async (one) => {
      await cameBack(one);
      await sendsAgain(one);
      await paysAgain(one);
      await takenBack(one);
    },
    "returned credited credited instructed, U 10.00 Contradicts, -10.00, not zero",
  ],
  "rejected, sent again, then debited": [
    async (one) => {
      await rejects(one, "S1");
      await sendsAgain(one);
      await one.books({ lines: first(one), reference: "L" });
      if ((await paysAgain(one)) !== "NothingToPay") throw new Error("it is paid twice");
    },
    "credited instructed instructed, 0.00, not zero",
  ],
  "a rejection of what is credited, decided to be of it": [
    async (one) => {
      await one.books(all(one));
      await rejects(one, "S1");
      const code = await one.settles("status/S1#1", { to: one.firstPayment });
      if (code !== "PaymentAnswered") throw new Error(code);
    },
    "credited credited credited, status/S1#1 10.00 Contradicts, 0.00, not zero",
  ],
  "a rejection of the whole batch after it is booked": [
    async (one) => {
      await one.books(all(one));
      await rejectsBatch(one);
    },
    `credited credited credited, ${[1, 2, 3]
      .map((n) => `status/S1#${n + 1} ${n}0.00 Contradicts`)
      .join(", ")}, 0.00, not zero`,
  ],
  "another amount in a status": [
    async (one) => {
      const text = statusReport("S1", "2025-03-05", one.batch, first(one), new Map());
      const { payment = "" } = one.lines[0] ?? {};
      const told =
        `<TxInfAndSts><OrgnlEndToEndId>${payment}</OrgnlEndToEndId><TxSts>ACSC</TxSts>` +
        `<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">99.00</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>`;
      await one.told(text.replace("</OrgnlPmtInfId>", `</OrgnlPmtInfId>${told}`));
    },
    "instructed accepted accepted, status/S1#1 99.00 AmountDiffers, not zero",
  ],
  "another currency": [
    async (one) => {
      const at = { id: "T1", account: payer, day: "2025-03-04" };
      const entry = { reference: "R", day: at.day, direction: "DBIT" as const, fen: 1_000n };
      const text = notification(at.id, at.account, at.day, [{ ...entry, lines: first(one) }]);
      await one.told(text.replaceAll('Ccy="CNY"', 'Ccy="USD"'));
    },
    "instructed instructed instructed, R 10.00 AmountDiffers, not zero",
  ],
  "given up, and not": [
    (one) => rejectedMeanwhile(one, () => Promise.resolve()),
    "instructed credited credited, 0.00, not zero",
  ],
  "given up, sent again and paid": [
    async (one) => {
      await one.books({ lines: one.lines.slice(1), reference: "L" });
      await one.settles(one.firstPayment, { as: "rejected" }, "2025-04-02");
      const step = { 步骤编号: "重", 业务日期: "2025-04-03", 户编号: "H1", 说明: "重发" };
      await give(one.ledger, "steps", [stepOf(plan, "重发", step)]);
      await pay(one.ledger, [plan], "2025-04-04");
      const code = await one.settles(one.firstPayment, { undo: true }, "2025-04-05");
      if (code !== "PaymentAnswered") throw new Error(code);
    },
    "rejected credited credited instructed, 0.00, not zero",
  ],
  "listed without a status of its own in a batch that is rejected: due again by itself": [
    async (one) => {
      const { payment = "" } = one.lines[0] ?? {};
      const text = statusReport("S1", "2025-03-05", one.batch, first(one), new Map([[payment, ""]]))
        .replace("PART", "RJCT")
        .replace("<TxSts>RJCT</TxSts>", "");
      await one.told(text);
      const done = await pay(one.ledger, [plan], "2025-03-09");
      if ("code" in done) throw new Error(done.code);
    },
    "rejected rejected rejected instructed instructed instructed, not zero",
  ],
  "given up, rejected with its batch, and given up no more: due again by itself": [
    async (one) => {
      await rejectedMeanwhile(one, rejectsBatch);
      const done = await pay(one.ledger, [plan], "2025-04-21");
      if ("code" in done) throw new Error(done.code);
    },
    "rejected credited credited instructed, " +
      "status/S1#3 20.00 Contradicts, status/S1#4 30.00 Contradicts, 0.00, not zero",
  ],
};

for (const [what, [happens, wanted]] of Object.entries(cases)) {
  test(what, async (t) => {
    const one = await county(t);
    await happens(one);
    t.equal(await one.found(), wanted);
  });
}

test("a message whose value date alone is another is another", async (t) => {
  const { told, lines } = await county(t);
  const entry = { reference: "R", day: "2025-03-04", direction: "DBIT" as const, fen: 1_000n };
  const at = { id: "D1", account: payer, sequence: 1, openingFen: 100_000n };
  const days = { from: entry.day, to: entry.day };
  const text = statement({ ...at, ...days, entries: [{ ...entry, lines: lines.slice(0, 1) }] });
  const other = text.replace(/<ValDt><Dt>[^<]*/, "<ValDt><Dt>2025-03-05");
  t.match(await told(text), { credited: 1, refused: [] });
  t.match(await told(text.replaceAll("><", ">\n<")), { alreadyRecorded: 1, refused: [] });
  t.match(await told(other), { alreadyRecorded: 0, refused: [{ code: "ReferenceConflict" }] });
});

test("what is booked on a day that there is not is no bank's file", async (t) => {
  const { told, lines } = await county(t);
  const entry = { reference: "R", day: "2025-03-04", direction: "DBIT" as const, fen: 1_000n };
  const text = notification("T1", payer, entry.day, [{ ...entry, lines: lines.slice(0, 1) }]);
  for (const day of ["2025-02-30", "2025-13-45", "0001-01-01", "9999-12-31"]) {
    const other = text.replace(/<BookgDt><Dt>[^<]*/, `<BookgDt><Dt>${day}`);
    t.match(await told(other), { credited: 0, refused: [{ code: "NotABankFile" }] }, day);
  }
});

const closes: Readonly<Record<string, (one: County) => Promise<unknown>>> = {
  "a status alone": (one) =>
    one.told(statusReport("S1", "2025-03-05", one.batch, one.lines, new Map())),
  "a notification of one line": (one) => {
    const entry = { reference: "R", day: "2025-03-04", direction: "DBIT" as const, fen: 1_000n };
    return one.told(notification("T1", payer, entry.day, [{ ...entry, lines: first(one) }]));
  },
  "the first page of a statement": (one) => {
    const days = { from: "2025-03-01", to: "2025-03-31" };
    const at = { id: "D1", account: payer, sequence: 1, openingFen: 100_000n, ...days };
    const page = "<MsgPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></MsgPgntn></GrpHdr>";
    return one.told(statement({ ...at, entries: [] }).replace("</GrpHdr>", page));
  },
};

for (const [what, happens] of Object.entries(closes)) {
  test(`a month does not close on ${what}`, async (t) => {
    const one = await county(t);
    t.match(await happens(one), { refused: [] });
    const found = await closeMonth(one.ledger, { month: "2025-03", by: "会计" }, { actor: "test" });
    t.match(found, { closed: false });
  });
}

test("what the bank rejected while it was given up", async (t) => {
  const one = await county(t);
  await rejectedMeanwhile(one, () => rejects(one, "S1"));
  const knownAt = await one.testing.caughtUp();
  const asked = { plan, after: 0 };
  const { lines } = await planOnWebQuestion.ask(one.ledger.reads, asked, knownAt);
  const payments = [{ state: "rejected", day: "2025-03-05", reason: /^AC01 / }];
  t.match(lines[0], { state: "rejected", payments }, "is shown as the bank has said it");
  const found = await closeMonth(one.ledger, { month: "2025-03", by: "会计" }, { actor: "test" });
  t.match(found, { reasons: [/第 1 行 is rejected/] }, "and its month does not close on it");
});

test("改户 of two rows of one import is judged like those of two", async (t) => {
  const { ledger, books, lines } = await county(t);
  await books({ lines: lines.slice(0, 1), reference: "B", direction: "CRDT" });
  await give(ledger, "roster", [head(1, { 银行账号: accountOf(1, 1) })]);
  const change = (id: string) => {
    return stepOf(plan, "改户", { 步骤编号: id, 业务日期: "2025-03-05", 户编号: "H1" });
  };
  const steps = ["一", "二"].map((id) => ({ ...change(id), 步骤编号: `改户 ${id}` }));
  t.strictSame(await send(ledger.handler, "steps", steps), ["recorded", "AccountUnchanged"]);
});
