// Amendments of contracts through the whole ledger, on both clocks: what holds on a day, as known
// then, over HTTP, on pages and in trails; while others record; and after everything was rebuilt.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "tap";
import { projections } from "../../projections/index.ts";
import { importFile } from "../../src/app/import.ts";
import { rebuild } from "../../src/app/rebuild.ts";
import { contractQuestion } from "../../src/queries/contracts.ts";
import type { CountyRow } from "../support/county.ts";
import { countyColumns, toCsv } from "../support/county.ts";
import { send, testLedger } from "../support/ledger.ts";
import * as rows from "../support/rows.ts";
import { testService } from "../support/service.ts";

/** A lease of the sample county: 300 yuan from 2025-01-01 to 2026-12-31. */
const [contract, household] = ["HT-00001", "5304241040010015"];
const rent = {
  type: "rent",
  date: "2026-05-08",
  household,
  organisation: "ORG-003",
  contract,
  quantity: "1",
};

interface Held {
  readonly from: string;
  readonly to: string | null;
  readonly price: string | null;
}

interface Card {
  readonly terms: readonly Held[];
  readonly amendments: readonly object[];
}

const brief = ({ terms }: Card) => terms.map(({ from, to, price }) => [from, to, price]);

test("the terms of a contract of the sample county", async (t) => {
  const { seed, get, post, ledger } = await testService(t);
  await seed();
  const before = (await ledger.log.head()).position;
  const amend = async (amendment: string, change: string, terms: object) => {
    const body = { amendment, contract, change, effective: "2026-01-01", ...terms };
    return post("/v1/amendments", body);
  };
  const card = async (query: string) =>
    (await get(`/v1/contracts/${contract}?atLeast=${last}&${query}`)).json<Card>();
  let last = before.toString();

  await t.test("change by date, and stay what they were as known before", async (t) => {
    const dearer = await amend("BG-1", "supplement", { price: "320", to: "2028-12-31" });
    t.equal(dearer.statusCode, 201, dearer.payload);
    const corrected = await amend("BG-2", "correction", { price: "310.0" });
    const ended = await amend("BG-3", "termination", { effective: "2028-06-30" });
    const [first, second, third] = [dearer, corrected, ended].map(
      (answer) => answer.json<{ position: string }>().position,
    );
    last = third ?? "";
    t.strictSame(brief(await card("")), [
      ["2025-01-01", "2025-12-31", "310"],
      ["2026-01-01", "2028-06-30", "320"],
    ]);
    t.strictSame(brief(await card(`knownAt=${second ?? ""}`)), [
      ["2025-01-01", "2025-12-31", "310"],
      ["2026-01-01", "2028-12-31", "320"],
    ]);
    t.strictSame(brief(await card(`knownAt=${first ?? ""}`)), [
      ["2025-01-01", "2025-12-31", "300"],
      ["2026-01-01", "2028-12-31", "320"],
    ]);
    const then = await card(`knownAt=${before}`);
    t.strictSame(brief(then), [["2025-01-01", "2026-12-31", "300"]]);
    t.strictSame(then.amendments, []);
    t.strictSame(brief(await card("on=2025-06-30")), [["2025-01-01", "2025-12-31", "310"]]);
    t.strictSame(brief(await card("on=2028-07-01")), [], "no longer in force");
    t.match((await card("")).amendments, [
      { amendment: "BG-1", change: "supplement", stated: { price: "320", to: "2028-12-31" } },
      { amendment: "BG-2", change: "correction", effective: "2026-01-01", position: second },
      { amendment: "BG-3", change: "termination", stated: {} },
    ]);
  });

  await t.test("stand in the register of contracts on a day", async (t) => {
    const entry = async (query: string) => {
      const { items } = (await get(`/v1/contracts?limit=1&${query}`)).json<{ items: object[] }>();
      return items[0];
    };
    t.match(await entry("on=2025-12-31"), { contract, price: "310", to: "2026-12-31" });
    t.match(await entry("on=2026-01-01"), { contract, price: "320", to: "2028-12-31" });
    t.match(await entry(""), { contract, price: "320", to: "2028-06-30" }, "the last terms");
    t.match(await entry(`knownAt=${before}`), { contract, price: "300", to: "2026-12-31" });
    t.notMatch(await entry("on=2024-12-31"), { contract }, "only what is in force");
  });

  await t.test("are what movements are judged by", async (t) => {
    const pay = async (reference: string, price: string) =>
      post("/v1/movements", { ...rent, reference, price, amount: price });
    t.match((await pay("A-1", "300")).json(), { code: "PriceNotContract" });
    t.equal((await pay("A-2", "320")).statusCode, 201);
  });

  await t.test("are refused and repeated over HTTP like other rows", async (t) => {
    const again = await amend("BG-1", "supplement", { price: "320.00", to: "2028/12/31" });
    t.match(again.json(), { status: "alreadyRecorded" });
    const priced = { price: "1" };
    for (const [terms, status, code, name] of [
      [{ price: "321" }, 409, "ReferenceConflict", "amendment"],
      [{ amendment: "BG-9", household: "nobody" }, 422, "HouseholdUnknown", "household"],
      [{ amendment: "BG-9", contract: "nothing" }, 422, "ContractUnknown", "contract"],
      [{ amendment: "BG-9", kind: "labour" }, 422, "ContractMismatch", "kind"],
      [{ amendment: "BG-9", effective: "2029-01-01" }, 422, "ContractNotInForce", "effective"],
      [{ amendment: "BG-9", to: "soon" }, 400, "MalformedField", "to"],
    ] as const) {
      const answer = await amend("BG-1", "supplement", { ...priced, ...terms });
      t.equal(answer.statusCode, status, code);
      t.match(answer.json(), { code, field: { name } });
    }
    const document = (await get("/openapi.json")).payload;
    t.match(document, "补充协议");
    t.match(document, "BG-00001");
  });

  await t.test("are told in the trail and on the contract's page", async (t) => {
    const { payload } = await get(`/v1/households/${household}/trail?limit=1000&atLeast=${last}`);
    t.match(payload, "补充协议 BG-1：土地流转合同 HT-00001（主体 ORG-003），自 2026-01-01 起");
    t.match(payload, "更正 BG-2：土地流转合同 HT-00001（主体 ORG-003），自始，单价 310");
    t.match(payload, "终止 BG-3：土地流转合同 HT-00001（主体 ORG-003），最后一日 2028-06-30");
    const shown = await get(`/contracts?number=${contract}`);
    t.equal(shown.statusCode, 200);
    for (const text of ["土地流转", "2025-12-31", "310", "2028-06-30", "补充协议", "BG-3"]) {
      t.match(shown.payload, text);
    }
    for (const number of ["nothing", "%00", "x".repeat(300)]) {
      const { statusCode, payload: page } = await get(`/contracts?number=${number}`);
      t.equal(statusCode, 404, number);
      t.match(page, "没有这个编号的合同");
    }
    t.equal((await get("/contracts")).statusCode, 200, "the form alone");
  });

  await t.test("are the same after everything was derived again", async (t) => {
    const known = await card("");
    await rebuild(ledger.pool, ledger.log, projections);
    t.strictSame(await card(""), known);
  });
});

test("amendments beside movements of another process", async (t) => {
  const ledger = await testLedger(t);
  await send(ledger.handler, "roster", [rows.person(1)]);
  await send(ledger.handler, "organisations", [rows.organisation()]);
  await send(ledger.handler, "contracts", [rows.labourContract()]);
  const [mine, theirs] = [ledger.handler, ledger.another()];
  const later = (reference: string): CountyRow => ({
    ...rows.wage(reference),
    业务日期: "2025-08-01",
  });

  await t.test("are noticed before the next movement is recorded", async (t) => {
    t.strictSame(await send(mine, "movements", [later("M1")]), ["recorded"]);
    t.strictSame(await send(theirs, "amendments", [rows.supplement("A1")]), ["recorded"]);
    const dear = { ...later("M3"), 单价: "120", 金额: "120" };
    t.strictSame(await send(mine, "movements", [later("M2"), dear]), [
      "PriceNotContract",
      "recorded",
    ]);
    t.strictSame(await send(mine, "amendments", [rows.supplement("A1")]), ["alreadyRecorded"]);
  });

  await t.test("of the same contract at once are both recorded, one on the other", async (t) => {
    const raise = (i: number): CountyRow => ({
      ...rows.supplement(`B${i}`),
      单价: String(200 + i),
    });
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        send(i % 2 === 0 ? mine : theirs, "amendments", [raise(i)]),
      ),
    );
    t.strictSame(new Set(outcomes.flat()), new Set(["recorded"]));
    const now = await ledger.caughtUp();
    const asked = { contract: "C2", on: "2025-08-01" };
    const { terms, amendments } = await contractQuestion.ask(ledger, asked, now);
    t.equal(amendments.length, 13);
    t.equal(terms[0]?.price, amendments.at(-1)?.stated["price"], "the one recorded last counts");
  });
  t.match(await ledger.verify(), { ok: true, differences: [] });
});

test("a file of amendments", async (t) => {
  const ledger = await testLedger(t);
  const folder = await mkdtemp(join(tmpdir(), "sunshine-amendments-"));
  t.teardown(() => rm(folder, { recursive: true }));
  await send(ledger.handler, "roster", [rows.person(1)]);
  await send(ledger.handler, "organisations", [rows.organisation()]);
  await send(ledger.handler, "contracts", [rows.labourContract(), rows.shareContract()]);
  const path = join(folder, "amendments.csv");
  const wanted = [
    rows.supplement("A1"),
    { ...rows.supplement("A2", "C1"), 单价: "", 每股金额: "2", 备注: "双方签字" },
    { ...rows.supplement("A3"), 生效日期: "2024-12-31" },
    { ...rows.supplement("A4"), 单价: "0" },
  ];
  await writeFile(path, toCsv(wanted, countyColumns.amendments));
  const first = await importFile(ledger.handler, "amendments", path, { actor: "clerk" });
  t.match(first, { rows: 4, recorded: 2, alreadyRecorded: 0 });
  t.match(first.refused, [
    { row: 4, key: "A3", code: "ContractNotInForce" },
    { row: 5, key: "A4", code: "MalformedField" },
  ]);
  t.match(await readFile(`${path}.rejected.csv`, "utf8"), "ContractNotInForce");
  const again = await importFile(ledger.another(), "amendments", path, { actor: "clerk" });
  t.match(again, { recorded: 0, alreadyRecorded: 2 }, "records nothing twice");
  await ledger.caughtUp();
  const { rowCount } = await ledger.pool.query("SELECT 1 FROM read.postings");
  t.equal(rowCount, 0, "an amendment posts nothing");
  t.match(await ledger.verify(), { ok: true, differences: [] });
});
