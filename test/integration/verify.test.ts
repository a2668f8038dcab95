// `verify` names what somebody has changed behind the ledger's back, and `rebuild` mends what is
// derived; neither is stopped by what it finds, nor by imports that go on meanwhile.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Test } from "tap";
import { test } from "tap";
import { projections } from "../../projections/index.ts";
import { rebuild } from "../../src/app/rebuild.ts";
import { openLedger } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import { locks } from "../../src/database/locks.ts";
import { createPool } from "../../src/database/pool.ts";
import { linesMax } from "../../src/domain/list.ts";
import { verify } from "../../src/app/verify.ts";
import { projector } from "../../src/app/project.ts";
import { postgresLog } from "../../src/log/postgres/postgres-log.ts";
import { countyKinds, numbered, randomCounty } from "../support/county.ts";
import { testDatabase } from "../support/database.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import { referenceModel } from "../support/reference-model.ts";
import { basis, income, plan, step } from "../support/plan-rows.ts";
import * as rows from "../support/rows.ts";
import { statements } from "../../src/queries/statements.ts";

async function small(t: Test): Promise<TestLedger> {
  const ledger = await testLedger(t);
  await send(ledger.handler, "roster", [{ ...rows.person(1), 银行账号: "62" }, rows.person(2)]);
  await send(ledger.handler, "organisations", [rows.organisation()]);
  await send(ledger.handler, "contracts", [rows.labourContract(), rows.shareContract()]);
  t.strictSame(await send(ledger.handler, "amendments", [rows.supplement("A1")]), ["recorded"]);
  const movements = [rows.wage("M1"), rows.shareIssue("M2"), rows.dividend("M3")];
  const sent = await send(ledger.handler, "movements", [...movements, rows.reversal("M4", "M1")]);
  t.strictSame(new Set(sent), new Set(["recorded"]));
  await ledger.caughtUp();
  return ledger;
}

/** Changes that the log's own trigger would refuse. */
async function tamper(pool: pg.Pool, statement: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("SET session_replication_role = replica");
    const { rowCount } = await client.query(statement);
    if (rowCount === 0) throw new Error(`nothing was changed by ${statement}`);
  } finally {
    client.release(true);
  }
}

const body = (from: string, to: string) => `body = replace(body::text, '${from}', '${to}')::json`;
/** The hash too, so that only what the body says can tell. */
const rehash = (where: string) =>
  `UPDATE events SET hash = sha256(convert_to(body::text, 'UTF8')) WHERE ${where}`;

/** The same with a plan whose list is approved, and a purchase that was taken back. */
async function planned(t: Test): Promise<TestLedger> {
  const ledger = await small(t);
  const { handler } = ledger;
  await send(handler, "contracts", [rows.purchaseContract()]);
  await send(handler, "movements", [
    rows.purchase("M5"),
    rows.reversal("M6", "M5"),
    { ...rows.shareIssue("M8"), 业务类型: "转让", 受让户编号: "H2", 股数: "1" },
  ]);
  await send(handler, "income", [income()]);
  await send(handler, "plans", [plan()]);
  await send(handler, "basis", [basis("N1")]);
  for (const kind of ["定案", "决议", "审核", "公示", "公示结束", "批准"]) {
    await ledger.caughtUp();
    const { rows: found } = await ledger.pool.query<{ hash: string }>(
      "SELECT hash FROM read.lists",
    );
    const hash = /公示$|批准/.test(kind) ? { 清单哈希: found[0]?.hash ?? "" } : {};
    t.strictSame(await send(handler, "steps", [step(kind, hash)]), ["recorded"], kind);
  }
  await ledger.caughtUp();
  return ledger;
}

void test("verify", async (t) => {
  const wage = "key = 'movement:M1'";
  const cases: Record<string, readonly [statements: readonly string[], said: RegExp]> = {
    "a changed amount": [
      [`UPDATE events SET ${body('"100.00"', '"900.00"')} WHERE ${wage}`],
      /bytes of event \d+ are not the bytes that were hashed/,
    ],
    "a changed amount with its hash": [
      [`UPDATE events SET ${body('"100.00"', '"900.00"')} WHERE ${wage}`, rehash(wage)],
      /postings: only the live table has .*100\.00/,
    ],
    "a body written otherwise": [
      [`UPDATE events SET ${body('"nth":0', '"nth": 0')} WHERE ${wage}`, rehash(wage)],
      /movement:M1, stream [^)]+\): its bytes are not canonical/,
    ],
    "a body that no longer fits its type": [
      [
        `UPDATE events SET ${body('"household":"H1"', '"household":""')} WHERE ${wage}`,
        rehash(wage),
      ],
      /movement:M1, stream [^)]+\): its data are no WagePaid version 2 \(household too_small\)/,
    ],
    "a version that never was": [
      [`UPDATE events SET ${body('"version":2', '"version":9')} WHERE ${wage}`, rehash(wage)],
      /movement:M1, stream [^)]+\): unknown version 9 of WagePaid/,
    ],
    "a body that is nothing": [
      [`UPDATE events SET body = '[]' WHERE ${wage}`, rehash(wage)],
      /it is no event of the ledger/,
    ],
    "a time that is none": [
      [
        `UPDATE events SET ${body('"recordedAt":"2', '"recordedAt":"x')} WHERE ${wage}`,
        rehash(wage),
      ],
      /movement:M1, stream [^)]+\): its metadata are malformed/,
    ],
    "a day that is none": [
      [
        `UPDATE events SET ${body('"effectiveDate":"2025-03-01"', '"effectiveDate":"2025-02-30"')}
         WHERE ${wage}`,
        rehash(wage),
      ],
      /could not be checked to its end: a value does not fit \(22008\)/,
    ],
    "a column that is not its body's": [
      [`UPDATE events SET key = 'movement:M9' WHERE ${wage}`],
      /is not filed under what its body says/,
    ],
    "an event that is gone": [
      [`DELETE FROM events WHERE ${wage}`],
      /the head says \d+ events, the log holds \d+/,
    ],
    "the last event gone, and the head lowered": [
      [
        "DELETE FROM events WHERE position = (SELECT position FROM log_head)",
        "UPDATE log_head SET position = position - 1",
      ],
      /stands at \d+, the log ends at \d+/,
    ],
    "lines of a list changed": [
      [
        `UPDATE events SET ${body('"amount":"10.00","household"', '"amount":"11.00","household"')}
         WHERE key = 'movement:M3'`,
        rehash("key = 'movement:M3'"),
      ],
      /movement:M3, stream [^)]+\): its lines are not its list/,
    ],
    "a posting changed": [
      ["UPDATE read.postings SET amount = amount + 1 WHERE leg = 'wage' AND line = 0"],
      /postings: only the live [^]*postings: the live table lacks [^]*does not sum to zero/,
    ],
    "a row of a read model gone": [
      ["DELETE FROM read.members WHERE person = 'P1'"],
      /members: the live table lacks /,
    ],
    "a row of a read model twice": [
      [
        `INSERT INTO read.trail SELECT household, 1, event, type, recorded_at, effective,
           actor, summary, reference, note FROM read.trail WHERE household = 'H2' LIMIT 1`,
      ],
      /trail: only the live table has /,
    ],
    "an item of the vault gone": [
      ["DELETE FROM vault_items WHERE item = (SELECT personal FROM read.members LIMIT 1)"],
      /event \d+: the vault lacks what it refers to/,
    ],
  };
  const ledger = await small(t);
  const kept = ["events", "log_head", "vault_items"];
  await ledger.pool.query("CREATE SCHEMA kept");
  for (const table of kept) await ledger.pool.query(`CREATE TABLE kept.${table} AS TABLE ${table}`);
  for (const [what, [changes, said]] of Object.entries(cases)) {
    await t.test(`names ${what}`, async (t) => {
      t.match(await ledger.verify(), { ok: true, differences: [] });
      for (const change of changes) await tamper(ledger.pool, change);
      const { ok, differences } = await ledger.verify();
      t.notOk(ok);
      t.match(differences.join("\n"), said);
      for (const table of kept) {
        await tamper(ledger.pool, `WITH gone AS (DELETE FROM ${table}) SELECT 1`);
        await tamper(ledger.pool, `INSERT INTO ${table} SELECT * FROM kept.${table}`);
      }
      await rebuild(ledger.pool, ledger.log, projections);
    });
  }
});

void test("every invariant of a projection can be broken", async (t) => {
  // What breaks it in the live tables, and the breach that is named.
  const broken: Record<string, readonly [statement: string, said: RegExp]> = {
    "postings: the postings of every event sum to zero in every asset": [
      "UPDATE read.postings SET amount = amount + 1 WHERE leg = 'wage' AND line = 0",
      /postings: event \d+ does not sum to zero in CNY/,
    ],
    "postings: at the end of no day anybody holds fewer than no shares": [
      "UPDATE read.postings SET amount = -amount WHERE leg = 'shares'",
      /postings: household H1 holds -[\d.]+ of shares:/,
    ],
    "share-movements: a movement of shares names its holder, and one between two the other": [
      "UPDATE read.share_movements SET to_household = NULL",
      /share-movements: movement M8 names no holder/,
    ],
    "postings: nothing is paid that was not due": [
      "UPDATE read.postings SET amount = -amount WHERE side IN ('due', 'owed')",
      /postings: more was paid to H1 as dividend than was due/,
    ],
    "deliveries: only what was delivered is taken back": [
      "DELETE FROM read.deliveries",
      /deliveries: delivery M5 is taken back and was never made/,
    ],
    "plans: every plan divides an income that is recorded, and every basis row is one of a plan": [
      "DELETE FROM read.plans",
      /plans: basis row N1 is one of an unknown plan/,
    ],
    "lists: the lines of a list are as many, and come to as much, as it says": [
      "UPDATE read.list_lines SET amount = amount - 0.01",
      /lists: list JH1\/1 has other lines than it says/,
    ],
    "plan_steps: every step is one of a plan": [
      "UPDATE read.plan_steps SET plan = 'JH9' WHERE kind = 'approve'",
      /plan_steps: step 批准 2025-02-15 is one of an unknown plan/,
    ],
    "payments: every payment is of a line of a list, to the fen": [
      `INSERT INTO read.payments (payment, batch, number, position, effective, plan, version, line,
         leg, payer, amount, sealed)
       VALUES ('P-1', 'P', 1, 1, '2025-03-01', 'JH1', 1, 1, 'dividend', 'O1', 0.01, '')`,
      /payments: payment P-1 is of no line of that amount/,
    ],
    "programme_rows: what is taken back was recorded before it, and is taken back once": [
      `INSERT INTO read.programme_corrections (position, kind, id, effective, correction)
         VALUES (1, 'funds', 'F9', '2025-03-01', 'G9')`,
      /programme_rows: correction G9 takes no standing row back/,
    ],
    "mentions: a movement that names something was recorded before it is taken back": [
      `INSERT INTO read.mentions (position, reference, thing) VALUES (9, 'M9', 'assets/ZC1');
       INSERT INTO read.mentions_ended (position, reference) VALUES (2, 'M9')`,
      /mentions: movement M9 was taken back before it was made/,
    ],
    "linkage: what ends was recorded before its end": [
      `INSERT INTO read.row_ends (position, ending, effective, kind, id)
         VALUES (1, 'W9', '2025-03-01', 'bindings', 'L9')`,
      /linkage: end W9 ends no binding that is recorded/,
    ],
    "income_details: what is taken back was recorded before it": [
      `INSERT INTO read.income_details (position, effective, reference, reverses, is_paid)
         VALUES (2, '2025-03-01', 'Z8', NULL, false), (1, '2025-03-01', 'Z9', 'Z8', false)`,
      /income_details: movement Z9 takes back what is recorded later/,
    ],
    "share_issues: only what was issued is taken back": [
      `INSERT INTO read.share_issues (position, effective, reference, reverses, register)
         VALUES (1, '2025-03-01', 'Z9', 'Z8', 'R1')`,
      /share_issues: issue Z8 is taken back and was never made/,
    ],
    "line_money: a line receives no more than was due by it": [
      `INSERT INTO read.line_money
         (position, number, plan, line, effective, side, amount, fact)
       VALUES (1, 0, 'JH9', 1, '2025-03-01', 'received', 0.01, 'bank/1')`,
      /line_money: line 1 of plan JH9 received more than was due/,
    ],
    "remarks: every remark on a row of the programme is one on a row that is recorded": [
      `INSERT INTO read.remarks (position, line, effective, kind, id, code, message)
         VALUES (1, 0, '2025-03-01', 'funds', 'F9', 'DutyMissing', '')`,
      /remarks: remark DutyMissing is on no row: funds\/F9/,
    ],
    "bank: what is said of a payment is said of one that was instructed": [
      `INSERT INTO read.payment_tellings
         (position, number, payment, effective, effect, source, entry)
       VALUES (1, 0, 'P-9', '2025-03-01', 'credited', 'camt.053', 'A/1')`,
      /bank: payment P-9 was never instructed/,
    ],
    "households: every member belongs to a household of the register": [
      "UPDATE read.members SET household = 'H9' WHERE person = 'P1'",
      /households: person P1 is in an unknown household/,
    ],
    "accounts: every account is one of a member of the register": [
      "UPDATE read.member_accounts SET person = 'P9'",
      /accounts: the account of event \d+ is one of nobody/,
    ],
    "organisations: every contract is one of an organisation of the register": [
      "DELETE FROM read.organisations",
      /organisations: contract \S+ is one of an unknown organisation/,
    ],
    "packs: a pack does not end before it starts, and what it says is a pack's": [
      "INSERT INTO read.pack_values VALUES ('P404', 'parameter', 'notice.days', 1, '5', '三')",
      /packs: pack P404 says something and was never recorded/,
    ],
    "contracts: a register of shares belongs to one entity": [
      `INSERT INTO read.contracts (contract, position, kind, organisation, signed_on, register)
       SELECT 'other', 0, kind, 'other', signed_on, register FROM read.contracts
       WHERE kind = 'shares'`,
      /contracts: register \S+ is in several hands/,
    ],
    "contract_terms: the terms of a contract, as known at any position, cover every day once": [
      "UPDATE read.contract_terms SET since = since + 1 WHERE line = 1",
      /contract_terms: the terms of contract C2 of event \d+ do not cover every day once/,
    ],
    "contract_terms: every contract has terms, and every amendment a contract": [
      "DELETE FROM read.contracts WHERE contract = 'C2'",
      /contract_terms: amendment A1 is one of an unknown contract/,
    ],
    "trail: what is posted to a household stands in its trail": [
      "DELETE FROM read.trail WHERE type = 'WagePaid'",
      /trail: the trail of household H1 lacks event \d+/,
    ],
    "vault_references: every note of the trail is a reference into the vault": [
      "UPDATE read.trail SET note = 'unknown' WHERE type = 'WagePaid'",
      /vault_references: the note of event \d+ is no reference/,
    ],
  };
  const all = projections.flatMap(({ name, invariants }) =>
    invariants.map(({ holds }) => `${name}: ${holds}`),
  );
  t.strictSame(Object.keys(broken).sort(), all.sort());
  const ledger = await planned(t);
  for (const [invariant, [statement, said]] of Object.entries(broken)) {
    t.match(await ledger.verify(), { ok: true, differences: [] });
    await tamper(ledger.pool, statement);
    const { differences } = await ledger.verify();
    t.match(differences.join("\n"), said, invariant);
    await rebuild(ledger.pool, ledger.log, projections);
  }
});

void test("a list that lacks a part", async (t) => {
  const ledger = await testLedger(t);
  const people = Array.from({ length: linesMax + 5 }, (_, i) => rows.person(i));
  await send(ledger.handler, "roster", people);
  await send(ledger.handler, "organisations", [rows.organisation()]);
  await send(ledger.handler, "contracts", [rows.shareContract()]);
  const issues = people.map((_, i) => rows.shareIssue(`S${i}`, `H${i}`, "1"));
  await send(ledger.handler, "movements", issues);
  t.strictSame(await send(ledger.handler, "movements", [rows.dividend("D1")]), ["recorded"]);
  t.ok((await ledger.verify()).ok);
  await tamper(ledger.pool, "DELETE FROM events WHERE type = 'DividendLinesListed'");

  await t.test("is a difference", async (t) => {
    const { differences } = await ledger.verify();
    t.match(differences.join("\n"), /movement:D1, stream [^)]+\): parts of its list are missing/);
  });

  await t.test("stops the projector, which names the event", async (t) => {
    await ledger.pool.query("UPDATE projections SET position = 0");
    for (const { name } of projections.flatMap(({ tables }) => tables)) {
      await ledger.pool.query(`TRUNCATE read.${name}`);
    }
    // As after a restart: who recorded it just now remembers the list.
    const reading = projector(ledger.pool, postgresLog(ledger.pool), projections);
    const { position } = await ledger.log.head();
    await t.rejects(reading.reach(position), {
      message: /^event \d+ \(movement:D1, stream [^)]+\): parts of its list/,
    });
  });
});

void test("verify leaves nothing behind", async (t) => {
  const ledger = await small(t);
  const schemas = async () => {
    const { rows: found } = await ledger.pool.query<{ nspname: string }>(
      "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'verify%' ORDER BY 1",
    );
    return found.map(({ nspname }) => nspname);
  };
  const killed = `verify_${"0".repeat(32)}`;
  await ledger.pool.query(
    `CREATE SCHEMA ${killed}; CREATE TABLE ${killed}.t (); CREATE SCHEMA verify_mine`,
  );
  const both = await Promise.all([ledger.verify(), ledger.verify()]);
  t.strictSame(
    both.map(({ ok }) => ok),
    [true, true],
    "two at once",
  );
  t.strictSame(await schemas(), ["verify_mine"], "what a killed one left is dropped");

  await t.test("not even when its connection breaks", async (t) => {
    const pool = createPool(ledger.connectionString, { applicationName: "broken" });
    t.teardown(() => pool.end());
    const breaking = verify(pool, ledger.log, projections, 5n, () => {
      void ledger.pool.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'broken'",
      );
    });
    await t.rejects(breaking);
    t.equal(pool.totalCount - pool.idleCount, 0, "the connection is given back");
    t.ok((await ledger.verify()).ok);
    t.strictSame(await schemas(), ["verify_mine"]);
  });
});

void test("rebuild", async (t) => {
  await t.test("mends read models that were changed, or that are ahead of the log", async (t) => {
    const ledger = await small(t);
    await tamper(ledger.pool, "UPDATE read.postings SET amount = 7 WHERE leg = 'wage'");
    await rebuild(ledger.pool, ledger.log, projections);
    t.match(await ledger.verify(), { ok: true });
    await tamper(
      ledger.pool,
      "DELETE FROM events WHERE position = (SELECT position FROM log_head)",
    );
    await tamper(ledger.pool, "UPDATE log_head SET position = position - 1");
    t.match(await ledger.verify(), { ok: false });
    await rebuild(ledger.pool, ledger.log, projections);
    t.match(await ledger.verify(), { ok: true, differences: [] });
    t.strictSame(await send(ledger.another(), "movements", [rows.reversal("M4", "M1")]), [
      "recorded",
    ]);
    t.match(await ledger.verify(), { ok: true, differences: [] });
  });

  await t.test("gives its connection back when that breaks, and can be run again", async (t) => {
    const ledger = await small(t);
    const pool = createPool(ledger.connectionString, { applicationName: "broken" });
    t.teardown(() => pool.end());
    const breaking = rebuild(pool, ledger.log, projections, () => {
      void ledger.pool.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'broken'",
      );
    });
    await t.rejects(breaking);
    t.equal(pool.totalCount - pool.idleCount, 0);
    await rebuild(pool, ledger.log, projections);
    t.match(await ledger.verify(), { ok: true });
  });

  await t.test("while imports go on shows every answer as it is", async (t) => {
    const ledger = await testLedger(t);
    const county = randomCounty({ seed: 11, households: 60, movements: 3_000 });
    const model = referenceModel();
    model.importRoster(numbered(county.roster));
    model.importOrganisations(numbered(county.organisations));
    model.importContracts(numbered(county.contracts));
    model.importAmendments(numbered(county.amendments));
    model.importMovements(numbered(county.movements));
    const stop = new AbortController();
    const errors: unknown[] = [];
    const running = ledger.projector.run(stop.signal, (error) => errors.push(error));
    let importing = true;
    const rebuilding = async () => {
      let times = 0;
      for (; importing; times++) {
        const some = projections.slice(times % 3);
        await rebuild(ledger.pool, ledger.log, some);
      }
      return times;
    };
    const imports = async () => {
      for (const kind of countyKinds) {
        const filled = county[kind].filter((row) => Object.values(row).some((text) => text.trim()));
        for (let at = 0; at < filled.length; at += 100) {
          await send(ledger.handler, kind, filled.slice(at, at + 100));
        }
      }
      importing = false;
    };
    const [times] = await Promise.all([rebuilding(), imports()]);
    t.ok(times > 1, `rebuilt ${times} times`);
    const now = await ledger.caughtUp();
    stop.abort();
    await running;
    t.strictSame(errors, []);
    const found: string[] = [];
    for await (const { household, total } of statements(ledger, now, {})) {
      found.push(`${household} ${total}`);
    }
    const wanted = [...model.households()].sort();
    t.strictSame(
      found,
      wanted.map((household) => `${household} ${model.statement(household).total}`),
    );
    t.match(await ledger.verify(), { ok: true, differences: [] });
  });
});

void test("a ledger whose log has lost events", async (t) => {
  const { connectionString, pool } = await testDatabase(t);
  const folder = await mkdtemp(join(tmpdir(), "sunshine-verify-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const VAULT_KEY_FILE = join(folder, "vault.key");
  await writeFile(VAULT_KEY_FILE, randomBytes(32).toString("hex"), { mode: 0o600 });
  const open = (mayBeAhead: boolean) =>
    openLedger({
      dataDir: folder,
      config: parseConfig({ DATABASE_URL: connectionString, VAULT_KEY_FILE }),
      applicationName: "verify test",
      mayBeAhead,
    });
  const ledger = await open(false);
  await ledger.open({ demo: false });
  await send(ledger.handler, "roster", [rows.person(1)]);
  await ledger.projector.reach((await ledger.log.head()).position);
  await ledger.close();
  await tamper(pool, "DELETE FROM events WHERE position = (SELECT position FROM log_head)");
  await tamper(pool, "UPDATE log_head SET position = position - 1");
  await t.rejects(open(false), { message: /read models are ahead of the log .*rebuild/ });
  const mending = await open(true);
  await rebuild(mending.pool, mending.log, mending.projections);
  await mending.close();
  const mended = await open(false);
  t.equal(await mended.projector.position(), (await mended.log.head()).position);
  await mended.close();
});

void test("a projector", async (t) => {
  await t.test("takes over when the one that projects dies", async (t) => {
    const ledger = await small(t);
    const pools = ["first", "second"].map((applicationName) => {
      const pool = createPool(ledger.connectionString, { applicationName });
      t.teardown(() => pool.end());
      return pool;
    });
    const stop = new AbortController();
    const errors: unknown[] = [];
    const runs = pools.map((pool) => {
      const own = projector(pool, ledger.log, projections);
      return own.run(stop.signal, (error) => errors.push(error));
    });
    const reached = async (): Promise<boolean> => {
      const { position } = await ledger.log.head();
      for (let i = 0; i < 500; i++) {
        if ((await ledger.projector.position()) >= position) return true;
        await sleep(10);
      }
      return false;
    };
    for (let i = 0; i < 6; i++) {
      await send(ledger.handler, "movements", [rows.wage(`N${i}`)]);
      t.ok(await reached(), "what is recorded is projected");
      // Whoever holds the claim loses its connections.
      await ledger.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = $1`,
        [i % 2 === 0 ? "first" : "second"],
      );
    }
    stop.abort();
    await Promise.all(runs);
    t.match(await ledger.verify(), { ok: true, differences: [] });
  });

  await t.test("takes those along that stand elsewhere", async (t) => {
    const ledger = await small(t);
    await ledger.pool.query("TRUNCATE read.postings");
    await ledger.pool.query("UPDATE projections SET position = 0 WHERE name = 'postings'");
    await send(ledger.handler, "movements", [rows.wage("N1"), rows.wage("N2")]);
    const { position } = await ledger.log.head();
    await ledger.projector.reach(position);
    t.equal(await ledger.projector.position(), position);
    t.match(await ledger.verify(), { ok: true, differences: [] });
  });

  await t.test("takes several batches along that one of them has already", async (t) => {
    const ledger = await small(t);
    const wages = Array.from({ length: 2_500 }, (_, i) => rows.wage(`N${i}`));
    await send(ledger.handler, "movements", wages.slice(1));
    await ledger.caughtUp();
    await ledger.pool.query("TRUNCATE read.postings");
    await ledger.pool.query("UPDATE projections SET position = 0 WHERE name = 'postings'");
    await ledger.caughtUp();
    await send(ledger.handler, "movements", wages.slice(0, 1));
    t.match(await ledger.verify(), { ok: true, differences: [] });
  });

  await t.test("that waits for another process", async (t) => {
    const ledger = await small(t);
    await send(ledger.handler, "movements", [rows.wage("N1"), rows.wage("N2")]);
    const { position: head } = await ledger.log.head();
    const from = await ledger.projector.position();
    const other = createPool(ledger.connectionString, { applicationName: "other", max: 1 });
    await other.query(`SELECT pg_advisory_lock(${locks.projector})`);
    const reach = (stallMs: number, onProgress?: (position: bigint) => void) =>
      projector(ledger.pool, ledger.log, projections, { stallMs }).reach(head, onProgress);

    const message = new RegExp(`\\(all\\) stand at position ${from}, ${head} is waited for`);
    await t.rejects(reach(300), { message });
    await ledger.pool.query("UPDATE projections SET position = 1 WHERE name = 'trail'");
    await t.rejects(reach(300), { message: /\(trail\) .* position 1, .* by other:/ });

    const heard: bigint[] = [];
    const reaching = reach(2_000, (position) => heard.push(position));
    for (let at = 2n; at <= head; at += 1n) {
      await sleep(300);
      await ledger.pool.query("UPDATE projections SET position = $1", [at]);
    }
    await reaching;
    t.ok(heard.length >= 3, "waits as long as they move, and hears of it");
    await other.end();
  });

  await t.test("that follows reads on while there is more", async (t) => {
    const ledger = await small(t);
    const wages = Array.from({ length: 2_500 }, (_, i) => rows.wage(`N${i}`));
    await send(ledger.handler, "movements", wages);
    const { position } = await ledger.log.head();
    const stop = new AbortController();
    const running = ledger.projector.run(stop.signal, (error) => {
      t.fail(String(error));
    });
    while ((await ledger.projector.position()) < position) await sleep(10);
    stop.abort();
    await running;
    t.match(await ledger.verify(), { ok: true, differences: [] });
  });

  await t.test("and others fold every event once", async (t) => {
    const ledger = await small(t);
    const several = Array.from({ length: 4 }, () =>
      projector(ledger.pool, ledger.log, projections),
    );
    for (let i = 0; i < 10; i++) {
      await send(ledger.handler, "movements", [rows.wage(`N${i}`)]);
      const { position } = await ledger.log.head();
      await Promise.all(several.map((one) => one.reach(position)));
    }
    t.match(await ledger.verify(), { ok: true, differences: [] });
  });
});
