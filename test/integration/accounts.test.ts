// Whose account is a household's: by person, of what was recorded last, and of events of a version
// that knew accounts of households alone.
import { test } from "tap";
import { householdCard } from "../../src/queries/household.ts";
import type { CountyRow } from "../support/county.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import * as rows from "../support/rows.ts";

const row = (n: number, cells: CountyRow, household = "H1"): CountyRow => ({
  ...rows.person(n, household),
  ...cells,
});
const account = (n: number, holder = ""): CountyRow => ({
  银行账号: `62170000000${n}`,
  开户名: holder,
});

/** The last digit of a household's account, and of those of its members; "-" for none. */
async function shown(ledger: TestLedger, household: string): Promise<string> {
  const card = await householdCard(ledger, household, await ledger.caughtUp());
  const accounts = [card.account, ...card.members.map((member) => member.account)];
  return accounts.map((one) => one?.number.at(-1) ?? "-").join(" ");
}

async function holder(ledger: TestLedger): Promise<string | null | undefined> {
  const card = await householdCard(ledger, "H1", await ledger.caughtUp());
  return card.account?.holder;
}

test("a household's account", async (t) => {
  const ledger = await testLedger(t);
  const record = async (...cells: readonly CountyRow[]) => {
    const outcomes = await send(ledger.handler, "roster", cells);
    t.strictSame(new Set(outcomes), new Set(["recorded"]));
  };

  await t.test("is that of the lowest 人编号, until somebody is 户主", async (t) => {
    await record(row(2, account(2)), row(1, {}), row(3, account(3)));
    t.equal(await shown(ledger, "H1"), "- - 2 3");
    await record(row(1, account(1)));
    t.equal(await shown(ledger, "H1"), "1 1 2 3");
    await record(row(2, { 与户主关系: "户主" }));
    t.equal(await shown(ledger, "H1"), "2 1 2 3", "an empty cell has changed nothing");
  });

  await t.test("is what was recorded last, with its holder", async (t) => {
    await record(row(2, { 与户主关系: "户主", ...account(4, "王小红") }));
    t.equal(await shown(ledger, "H1"), "4 1 4 3");
    t.equal(await holder(ledger), "王*红");
    await record(row(2, { 与户主关系: "户主", 开户名: "王大明" }));
    t.equal(await holder(ledger), "王*明", "a name alone is one, too");
    await record(row(2, { 与户主关系: "户主", ...account(5) }));
    t.equal(await holder(ledger), null, "a number without a name has none");
    const again = row(2, { 与户主关系: "户主", ...account(5) });
    t.strictSame(await send(ledger.another(), "roster", [again]), ["alreadyRecorded"]);
  });

  await t.test("goes along with a member who moves out", async (t) => {
    await record(row(9, {}, "H2"), row(2, { 与户主关系: "户主" }, "H2"));
    t.equal(await shown(ledger, "H1"), "1 1 3");
    t.equal(await shown(ledger, "H2"), "5 5 -");
    await record(row(2, {}, "H2"));
    t.equal(await shown(ledger, "H2"), "5 5 -", "who is the lowest there");
  });

  t.match(await ledger.verify(), { ok: true, differences: [] });
});

/** Records an account as versions before did: of the household, behind the member of its row. */
async function recordEarly({ log, vault }: TestLedger, n: number): Promise<void> {
  const item = vault.name("H1", account(n));
  await vault.write([item]);
  const found = await log.find(["payee:H1"]);
  const revisions = await log.revisions(["household-H1"]);
  const event = {
    stream: "household-H1",
    revision: (revisions.get("household-H1") ?? -1) + 1,
    type: "PayeeAccountRecorded",
    version: 1,
    key: "payee:H1",
    nth: (found.get("payee:H1")?.nth ?? -1) + 1,
    once: undefined,
    data: {
      household: "H1",
      account: item.item,
      fingerprint: vault.fingerprint(account(n)),
    },
    meta: { actor: "early", effectiveDate: "2025-01-01", pack: "base/1" },
  } as const;
  await log.append({ events: [event] });
}

test("accounts that an earlier version recorded", async (t) => {
  const ledger = await testLedger(t);
  const early = async (cells: CountyRow, n?: number) => {
    t.strictSame(await send(ledger.another(), "roster", [cells]), ["recorded"]);
    if (n !== undefined) await recordEarly(ledger, n);
  };
  await early(row(1, {}), 1);
  await early(row(2, {}));
  await early(row(3, {}), 3);
  t.equal(await shown(ledger, "H1"), "1 1 - 3", "are of the members whose rows named them");
  await early(row(2, { 与户主关系: "户主" }));
  t.equal(await shown(ledger, "H1"), "3 1 - 3", "the household's, where its head has none");
  await early(row(3, {}, "H2"));
  t.equal(await shown(ledger, "H1"), "1 1 -", "while its member is");
  t.equal(await shown(ledger, "H2"), "3 3");
  t.strictSame(await send(ledger.another(), "roster", [row(2, account(2))]), ["recorded"]);
  await send(ledger.another(), "roster", [row(2, { 与户主关系: "户主" })]);
  t.equal(await shown(ledger, "H1"), "2 1 2", "what is recorded by person comes first");
  t.match(await ledger.verify(), { ok: true, differences: [] });
});
