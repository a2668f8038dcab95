// Events that an earlier release has recorded: read through the log by rules and projections, they
// come to what the same events of the latest version come to.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { test } from "tap";
import type { JsonObject } from "../../src/encoding/canonical.ts";
import { decodeBody } from "../../src/log/stored-event.ts";
import type { EventName } from "../../events/index.ts";
import { latestVersion } from "../../events/index.ts";
import { projectRoot } from "../../src/root.ts";
import type { CountyKind, CountyRow } from "../support/county.ts";
import type { RowOutcome, TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import * as rows from "../support/rows.ts";

const [household, organisation, contract] = ["5304241022150000", "ORG-001", "HT-00001"];

/** What the frozen bodies say: the contract, and the reversal of YW-0000001. */
const lease: CountyRow = {
  合同编号: contract,
  合同类型: "土地流转",
  主体编号: organisation,
  户编号: household,
  签订日期: "2024-12-20",
  起始日期: "2025-01-01",
  终止日期: "2027-12-31",
  数量: "7.86",
  单价: "600",
};
const rent = (reference: string): CountyRow => ({
  业务编号: reference,
  业务类型: "租金",
  业务日期: "2025-04-01",
  户编号: household,
  主体编号: organisation,
  合同编号: contract,
  数量: "0.222",
  单价: "600",
  金额: "133.20",
});
const reversal: CountyRow = {
  ...rows.reversal("YW-0000004", "YW-0000001"),
  业务日期: "2025-04-30",
  凭证号: "PZ004",
};

/** Rows after those events, and what becomes of each. */
const after: readonly (readonly [CountyKind, CountyRow, RowOutcome])[] = [
  ["contracts", lease, "alreadyRecorded"],
  ["contracts", { ...lease, 合同类型: "劳务", 数量: "" }, "ReferenceConflict"],
  ["movements", rent("YW-0000001"), "alreadyRecorded"],
  ["movements", reversal, "alreadyRecorded"],
  ["movements", { ...reversal, 业务编号: "YW-0000005" }, "AlreadyReversed"],
  ["movements", { ...reversal, 原业务编号: "YW-0000002" }, "ReferenceConflict"],
  ["movements", rows.reversal("YW-0000006", "YW-0000004"), "OriginalUnknown"],
  ["movements", { ...rent("YW-0000007"), 业务类型: "工资" }, "ContractMismatch"],
  ["movements", { ...rent("YW-0000008"), 业务日期: "2028-01-01" }, "ContractNotInForce"],
  ["movements", rent("YW-0000009"), "recorded"],
];

/** Records a frozen body as a program of its version did, without notes: they lie in no vault. */
async function recordFrozen({ log }: TestLedger, type: EventName, version: number): Promise<void> {
  const path = join(projectRoot, "test/golden/events", `${type}.v${version}.json`);
  const { stream, key, nth, once, data, meta } = decodeBody(0n, 0, readFileSync(path, "utf8"));
  const { free: _free, ...said } = data as JsonObject;
  const { actor, effectiveDate, pack } = meta;
  const revision = ((await log.revisions([stream])).get(stream) ?? -1) + 1;
  const event = { stream, revision, type, version, key, nth, once, data: said };
  await log.append({ events: [{ ...event, meta: { actor, effectiveDate, pack } }] });
}

/** A ledger whose contract and reversal are of a version: outcomes of rows, and its read models. */
async function lives(t: Test, versionOf: (type: EventName) => number) {
  const ledger = await testLedger(t);
  await send(ledger.handler, "roster", [rows.person(1, household)]);
  await send(ledger.handler, "organisations", [rows.organisation(organisation)]);
  await recordFrozen(ledger, "ContractSigned", versionOf("ContractSigned"));
  const paid = await send(ledger.another(), "movements", [rent("YW-0000001")]);
  t.strictSame(paid, ["recorded"], "rent is paid under the contract");
  await recordFrozen(ledger, "PaymentReversed", versionOf("PaymentReversed"));
  // Another process, which has to read what is recorded.
  const reader = ledger.another();
  const outcomes: RowOutcome[] = [];
  for (const [kind, row] of after) outcomes.push(...(await send(reader, kind, [row])));
  await ledger.caughtUp();
  const tables = ["postings", "contracts", "trail"];
  const read = tables.map(async (table) => {
    const { rows: lines } = await ledger.pool.query<{ line: string }>(
      `SELECT (to_jsonb(r) - 'recorded_at')::text AS line FROM read.${table} AS r ORDER BY 1`,
    );
    return lines.map(({ line }) => `${table} ${line}`);
  });
  const models = (await Promise.all(read)).flat();
  const { ok, differences } = await ledger.verify();
  t.ok(ok, `verify: ${differences.join("; ")}`);
  const events = await ledger.log.read(0n, 100);
  const versions = events.map(({ type, version }) => `${type} ${version}`);
  return { outcomes, models, versions };
}

void test("a contract and a reversal of version 1", async (t) => {
  const first = await lives(t, () => 1);
  const latest = await lives(t, latestVersion);
  t.ok(first.versions.includes("ContractSigned 1"), "the contract is stored as version 1");
  t.ok(first.versions.includes("PaymentReversed 1"), "and the reversal");
  t.notOk(latest.versions.some((one) => /^(ContractSigned|PaymentReversed) 1$/.test(one)));
  const wanted = after.map(([, , outcome]) => outcome);
  t.strictSame(first.outcomes, wanted, "rows are judged on them");
  t.strictSame(latest.outcomes, wanted, "as on those of the latest version");
  t.ok(
    first.models.some((line) => line.includes("-133.20")),
    "the reversal is posted",
  );
  t.strictSame(first.models, latest.models, "postings, contracts and trail are the same");
});
