// The list approved is the list published and the list paid: one that is altered on its way, by a
// fen, a name, an account or an order, is refused, and said by what.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "tap";
import type { BankEntry, PaidLine } from "../../seeds/bank-answers.ts";
import { notification } from "../../seeds/bank-answers.ts";
import { commitment } from "../../src/domain/distribution/list-hash.ts";
import { hashList } from "../support/list-hash.ts";
import { writeBatch } from "../../src/payments/instruct.ts";
import { fullList } from "../../src/queries/lists.ts";
import { send } from "../support/ledger.ts";
import { paidCounty, plan, plannedCounty } from "../support/paid-county.ts";
import { accountOf, give, head, pay, payer, stepOf } from "../support/paying-county.ts";

test("a list that is altered before its notice or its approval", async (t) => {
  const { testing, ledger } = await plannedCounty(t, 3, "600");
  await give(ledger, "steps", [stepOf(plan, "定案"), stepOf(plan, "决议")]);
  const knownAt = await testing.caughtUp();
  const list = await fullList({ pool: testing.pool, vault: testing.vault }, { plan }, knownAt);
  type Line = (typeof list.lines)[number];
  const hashOf = (lines: readonly Line[], version = 1): string => {
    const leaves = lines.map((line) => ({ ...line, commit: commitment(line) }));
    return hashList(plan, version, leaves).hash;
  };
  const change = (more: (line: Line) => Partial<Line>): string =>
    hashOf(list.lines.map((line) => (line.line === 2 ? { ...line, ...more(line) } : line)));
  const [first, second, third] = list.lines as [Line, Line, Line];
  const altered: Record<string, string> = {
    "by a fen": change(() => ({ amount: "200.01" })),
    "by a fen from one line to another": hashOf([
      ...[{ ...first, amount: "99.99" }, { ...second, amount: "200.01" }, third],
    ]),
    "by a name": change(() => ({ name: "户二", shown: "户*" })),
    "by a name that is masked alike": change(() => ({ name: "户9" })),
    "by an account": change(() => ({ account: accountOf(9) })),
    "by a holder": change(() => ({ holder: "别人" })),
    "by a village": change(() => ({ village: "别处" })),
    "by an order": hashOf([{ ...second, line: 1 }, { ...first, line: 2 }, third]),
    "by a line": hashOf([first, second]),
    "by its version": hashOf(list.lines, 2),
  };
  t.equal(hashOf(list.lines), list.hash, "as it is it has its hash");
  const refused = async (kind: string) => {
    for (const [how, hash] of Object.entries(altered)) {
      const row = stepOf(plan, kind, { 清单哈希: hash });
      t.strictSame(await send(testing.handler, "steps", [row]), ["ListChanged"], `${kind} ${how}`);
    }
  };
  await refused("公示");
  await give(ledger, "steps", [stepOf(plan, "公示", { 清单哈希: list.hash })]);
  await give(ledger, "steps", [stepOf(plan, "公示结束")]);
  await refused("批准");
  await give(ledger, "steps", [stepOf(plan, "批准", { 清单哈希: list.hash })]);
  t.match(await testing.verify(), { ok: true });
});

test("a roster that changes after 定案 changes nothing of what is paid", async (t) => {
  const { testing, ledger, folder } = await plannedCounty(t, 3, "600");
  await give(ledger, "steps", [stepOf(plan, "定案"), stepOf(plan, "决议")]);
  await give(ledger, "roster", [
    head(2, { 姓名: "改名", 银行账号: accountOf(2, 9), 开户名: "改名" }),
  ]);
  await testing.caughtUp();
  const { rows } = await testing.pool.query<{ hash: string }>("SELECT hash FROM read.lists");
  const hash = { 清单哈希: rows[0]?.hash ?? "" };
  await give(ledger, "steps", [stepOf(plan, "公示", hash)]);
  await give(ledger, "roster", [head(1, { 银行账号: accountOf(1, 9), 开户名: "户1" })]);
  await give(ledger, "steps", [stepOf(plan, "公示结束"), stepOf(plan, "批准", hash)]);
  await give(ledger, "roster", [head(3, { 姓名: "另一人" })]);
  const done = await pay(ledger, [plan]);
  if ("code" in done) throw new Error(done.code);
  const file = join(folder, "instruction.xml");
  await writeBatch(ledger, done.batch, "pain.001.001.03", payer, file);
  const text = await readFile(file, "utf8");
  const paid = [...text.matchAll(/<CdtTrfTxInf>.*?<\/CdtTrfTxInf>/gs)].map(([one]) => {
    const name = /<Cdtr>\s*<Nm>([^<]*)/.exec(one)?.[1];
    const account = /<CdtrAcct>.*?<Id>([^<]*)<\/Id>/s.exec(one)?.[1];
    return [/<InstdAmt[^>]*>([^<]*)/.exec(one)?.[1], name, account];
  });
  t.strictSame(paid, [
    ["100.00", "户1", accountOf(1)],
    ["200.00", "户2", accountOf(2)],
    ["300.00", "户3", accountOf(3)],
  ]);
});

test("an instruction that is altered on its way to the bank", async (t) => {
  const { testing, batch: ours, lines, told } = await paidCounty(t, 3, "600");
  const [first, second, third] = lines as [PaidLine, PaidLine, PaidLine];
  let files = 0;
  const unmatched = async (some: readonly PaidLine[], batch?: string) => {
    files += 1;
    const fen = some.reduce((sum, line) => sum + line.fen, 0n);
    const own054 = { reference: `R${files}`, day: "2025-03-04", direction: "DBIT", fen } as const;
    const entry: BankEntry = { ...own054, lines: some, ...(batch !== undefined && { batch }) };
    const text = notification(`TZ${files}`, payer, "2025-03-04", [entry]);
    const found = await told(text);
    return [found.credited, ...found.unmatched.map(({ reason }) => reason)];
  };
  const fenMore = { ...first, fen: first.fen + 1n };
  t.strictSame(await unmatched([fenMore]), [0, "AmountDiffers"], "by a fen");
  const swapped = [
    { ...first, fen: second.fen },
    { ...second, fen: first.fen },
  ];
  const both = [0, "AmountDiffers", "AmountDiffers"];
  t.strictSame(await unmatched(swapped), both, "by an order: amounts of two lines");
  const foreign = { payment: `${ours}-4`, fen: 5_000n };
  t.strictSame(await unmatched([foreign]), [0, "NotOurs"], "by a line that nobody approved");
  const within = await unmatched([foreign], ours);
  t.strictSame(within, [0, "NotInstructed"], "in an entry that names the batch, too");
  t.strictSame(
    await unmatched([{ payment: "X", fen: first.fen }]),
    [0, "NotOurs"],
    "by a payment that is nobody's",
  );
  t.strictSame(await unmatched([first, second, third]), [3], "as it was it is paid");
  t.strictSame(await unmatched([first]), [0, "AlreadyCredited"], "once");
  t.match(await testing.verify(), { ok: true });
});
