import { readText } from "../../src/domain/cell.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { projections } from "../../projections/index.ts";
import type { CommandBatch } from "../../src/write/commands.ts";
import type { Submitter } from "../../src/write/group-commit.ts";
import { groupCommit } from "../../src/write/group-commit.ts";
import type { Handler, Outcome } from "../../src/write/handle.ts";
import { handler } from "../../src/write/handle.ts";
import { openIdentity } from "../../src/app/identity.ts";
import type { Projector } from "../../src/app/project.ts";
import { projector } from "../../src/app/project.ts";
import type { Verification } from "../../src/app/verify.ts";
import { verify } from "../../src/app/verify.ts";
import type { EventLog } from "../../src/log/event-log.ts";
import { postgresLog } from "../../src/log/postgres/postgres-log.ts";
import type { KnownAt } from "../../src/queries/as-of.ts";
import { resolveKnownAt } from "../../src/queries/as-of.ts";
import type { VaultKeys } from "../../src/vault/keys.ts";
import { deriveKeys } from "../../src/vault/keys.ts";
import type { Vault } from "../../src/vault/vault.ts";
import { openVault } from "../../src/vault/vault.ts";
import type { CountyRow } from "./county.ts";
import { preparedDatabase } from "./database.ts";
import { surveyorOf } from "../../src/queries/surveys.ts";
import type { Surveyor } from "../../src/write/memory.ts";
import type { KindName } from "../../src/domain/kinds.ts";

/** The parts of a ledger on a database of one test; nothing of it outlives the test. */
export interface TestLedger {
  readonly pool: pg.Pool;
  readonly connectionString: string;
  readonly log: EventLog;
  /** The vault's master key, and the keys derived from it. */
  readonly master: Buffer;
  readonly keys: VaultKeys;
  readonly vault: Vault;
  readonly handler: Handler;
  readonly submitter: Submitter;
  readonly projector: Projector;
  /** Another handler with a log object of its own, as another process has it. */
  another(log?: EventLog, surveyor?: Surveyor): Handler;
  /** Answers surveys as the service does. */
  readonly surveyor: Surveyor;
  /** Projects up to the head and answers what is known there. */
  caughtUp(): Promise<KnownAt>;
  /** Catches up, then checks everything. */
  verify(): Promise<Verification>;
}

interface Teardown {
  teardown(work: () => Promise<void>): unknown;
}

/** An opened, empty ledger; `wrap` may put something between it and its log. */
export async function testLedger(
  t: Teardown,
  wrap: (log: EventLog) => EventLog = (log) => log,
): Promise<TestLedger> {
  const { pool, connectionString } = await preparedDatabase(t);
  const log = wrap(postgresLog(pool));
  const master = randomBytes(32);
  const keys = deriveKeys(master);
  await openIdentity(pool, log, keys, false);
  const vault = openVault(pool, keys);
  const projecting = projector(pool, log, projections);
  const surveyor = surveyorOf({ log, pool, vault }, projecting);
  const own = handler(log, vault, kindOf, surveyor);
  const caughtUp = async (): Promise<KnownAt> => {
    const known = await resolveKnownAt({ pool, log });
    await projecting.reach(known.position);
    return known;
  };
  return {
    pool,
    connectionString,
    log,
    master,
    keys,
    vault,
    handler: own,
    submitter: groupCommit(own),
    projector: projecting,
    another: (other = postgresLog(pool), asked = surveyor) => handler(other, vault, kindOf, asked),
    surveyor,
    caughtUp,
    verify: async () => verify(pool, log, projections, (await caughtUp()).position),
  };
}

/** What became of one row: `recorded`, `alreadyRecorded` or the code of its refusal. */
export type RowOutcome = string;

/** Rows as a batch of commands; a row that is malformed has its refusal instead of a command. */
export function asBatch(
  kind: KindName,
  rows: readonly CountyRow[],
): { readonly batch: CommandBatch; readonly malformed: ReadonlyMap<number, RowOutcome> } {
  const type = kindOf(kind);
  const malformed = new Map<number, RowOutcome>();
  const commands = rows.flatMap((row, at) => {
    const cells = Object.entries(row).map(([column, text]) => [column, readText(text)] as const);
    const parsed = type.parse({ cells: Object.fromEntries(cells) });
    if (parsed.ok) return [parsed.command];
    malformed.set(at, parsed.refusal.code);
    return [];
  });
  const contexts = commands.map(() => ({ actor: "test" }));
  return { batch: { kind, commands, contexts }, malformed };
}

/** Hands rows to a handler as one batch and answers what became of each, in order. */
export async function send(
  to: Handler,
  kind: KindName,
  rows: readonly CountyRow[],
): Promise<RowOutcome[]> {
  const { batch, malformed } = asBatch(kind, rows);
  const outcomes = await to.handle(batch);
  let next = 0;
  return rows.map((_, at) => malformed.get(at) ?? outcomeName(outcomes[next++]));
}

/** `recorded`, `alreadyRecorded` or the code of the refusal. */
export function outcomeName(outcome: Outcome | undefined): RowOutcome {
  if (outcome === undefined) throw new Error("every command has an outcome");
  return outcome.status === "refused" ? outcome.refusal.code : outcome.status;
}
