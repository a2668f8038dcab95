import type { Pool } from "pg";
import type { Projection } from "../projections/define.ts";
import type { Identity } from "./app/identity.ts";
import type { Projector } from "./app/project.ts";
import type { Config } from "./config.ts";
import type { ReadableWithVault } from "./queries/as-of.ts";
import type { EventLog } from "./log/event-log.ts";
import type { Vault } from "./vault/vault.ts";
import type { Submitter } from "./write/group-commit.ts";
import type { Handler } from "./write/handle.ts";

export { ClockAhead } from "./app/clock.ts";
export { ProjectingStalled, ReadModelNewer } from "./app/project.ts";
export { DatabaseFolderError } from "./database/embedded.ts";
export { MigrationError } from "./database/migrate.ts";
export { OlderProgramRunning } from "./database/other-programs.ts";
export type { Shortage } from "./database/outage.ts";
export { isConnectionLoss, isHeldUp, shortageOf } from "./database/outage.ts";
export {
  AppendAmbiguous,
  EventsLost,
  ForeignLedger,
  LogDamaged,
  LogUnavailable,
  NotTheWriter,
  Overloaded,
  StreamRefused,
} from "./log/event-log.ts";
export { EventUnreadable } from "./log/lists.ts";
export { VaultKeyError } from "./vault/keys.ts";

/** A ledger with its parts put together: what every verb and the service work on. */
export interface Ledger {
  /** Its folder: where uploads lie while they are imported. */
  readonly dataDir: string;
  readonly pool: Pool;
  /** What questions are asked of: connections of their own, which they may keep busy. */
  readonly reads: ReadableWithVault;
  /** Connections that are free when no others are: to see how the database is. */
  readonly spare: Pool;
  readonly log: EventLog;
  readonly vault: Vault;
  /** For batches: files. */
  readonly handler: Handler;
  /** For single commands of many callers at once. */
  readonly submitter: Submitter;
  readonly projector: Projector;
  /** Every read model of the ledger. */
  readonly projections: readonly Projection[];
  /** Which ledger this is; undefined while nothing has been recorded. */
  identity(): Identity | undefined;
  /**
   * Opens an empty ledger, as the demo county's or a bureau's own; one that is open stays as it is.
   */
  open(options: { readonly demo: boolean }): Promise<Identity>;
  /** Closes the log and the pool; work under way has a few seconds to finish. */
  close(): Promise<void>;
}

/** Where a ledger is and how this process shows up there. */
export interface LedgerOptions {
  /** Folder of the embedded database and the vault key. */
  readonly dataDir: string;
  readonly config: Config;
  /**
   * The name under which the database lists this process. By names like `sunshine start 4711` a
   * newer program finds those that still run.
   */
  readonly applicationName: string;
  /** Called with one line for people about what takes long: a first start, a rebuild. */
  readonly onNotice?: (line: string) => void;
  readonly poolMax?: number;
  /** Ends the opening while it waits for older programs or rebuilds read models. */
  readonly signal?: AbortSignal;
  /**
   * For a service: it keeps the writer's claim (EventStoreDB) instead of giving it up when idle.
   */
  readonly longLived?: boolean;
  /** Also opens a ledger whose log has lost events: for verbs that find or mend that. */
  readonly mayBeAhead?: boolean;
}
