import type { Pool } from "pg";
import type { EventLog } from "./event-log.ts";
import type { WriterClaim } from "./writer-claim.ts";

export interface EventStoreDbOptions {
  /** `esdb://` or `esdb+discover://`, as the client documents it. */
  readonly url: string;
  /** The read-model database, which all processes of the ledger share; for the index and the claim. */
  readonly pool: Pool;
  /** Who holds the writer's claim, for people: host, process, verb. */
  readonly holder: string;
}

/** The log in EventStoreDB, with the writer's claim that its appends are made under. */
export interface EventStoreDbLog extends EventLog {
  readonly engine: "eventstoredb";
  readonly claim: WriterClaim;
}

export function eventStoreDbLog(_options: EventStoreDbOptions): EventStoreDbLog {
  throw new Error("not written yet");
}
