import { CommanderError } from "commander";
import {
  AppendAmbiguous,
  ClockAhead,
  DatabaseFolderError,
  EventsLost,
  EventUnreadable,
  ForeignLedger,
  isConnectionLoss,
  isHeldUp,
  LogDamaged,
  LogUnavailable,
  MigrationError,
  NotTheWriter,
  OlderProgramRunning,
  Overloaded,
  ProjectingStalled,
  ReadModelNewer,
  shortageOf,
  StreamRefused,
  VaultKeyError,
} from "../ledger.ts";
import type { Shortage } from "../ledger.ts";
import { ConfigError } from "../config.ts";
import { NoRoom } from "../exchange/no-room.ts";
import { TableError } from "../exchange/table-reader.ts";
import { Unknown } from "../queries/as-of.ts";

/** 0 done · 1 refused, unknown or not in order · 2 wrong usage · 70 a fault of ours. */
export type ExitStatus = 0 | 1 | 2 | 70 | 129 | 130 | 143;

/** Why a verb failed: a code for programs, one line for people, and the exit status. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly status: ExitStatus;
}

/** Thrown for arguments that make no sense here, before anything was done. */
export class UsageError extends Error {
  readonly code: string;

  constructor(message: string, code = "WrongUsage") {
    super(message);
    this.code = code;
  }
}

/** Thrown for a file of the caller's that cannot be written; its message names it. */
export class FileNotWritable extends Error {}

/** The reason of an abort by a signal. */
export class Interrupted extends Error {
  readonly status: ExitStatus;

  constructor(signal: NodeJS.Signals) {
    super("interrupted; it can be run again, nothing is recorded twice");
    this.status = signal === "SIGINT" ? 130 : signal === "SIGHUP" ? 129 : 143;
  }
}

/** The reason of an abort when the reader of standard output has gone. */
export class NobodyReads extends Error {}

/**
 * The failure that an error means to the caller. The error's own text is shown only where it was
 * written for people.
 */
export function failureOf(error: unknown): Failure {
  return ownFailure(error) ?? databaseFailure(error) ?? fault(error);
}

function ownFailure(error: unknown): Failure | undefined {
  if (error instanceof CommanderError) return wrongUsage(commanderMessage(error), "WrongUsage");
  if (error instanceof UsageError) return wrongUsage(error.message, error.code);
  if (!(error instanceof Error)) return undefined;
  const of = (code: string, status: ExitStatus): Failure => ({
    code,
    message: error.message,
    status,
  });
  if (error instanceof ConfigError) return of("ConfigInvalid", 2);
  if (error instanceof Unknown) return of(error.code, 1);
  if (error instanceof TableError) return of(error.code, 1);
  if (error instanceof FileNotWritable) return of("FileNotWritable", 1);
  if (error instanceof VaultKeyError) return of("VaultKeyInvalid", 2);
  if (error instanceof ReadModelNewer) return of("ReadModelNewer", 2);
  if (error instanceof OlderProgramRunning) return of("OlderProgramRunning", 2);
  if (error instanceof ForeignLedger) return of("ForeignLedger", 2);
  if (error instanceof DatabaseFolderError) return of(error.code, folderStatus(error));
  if (error instanceof MigrationError) {
    return of(`Migration${error.code}`, error.code === "Unknown" ? 2 : 70);
  }
  if (error instanceof ProjectingStalled) return of("ProjectingStalled", 70);
  if (error instanceof NotTheWriter) return of("NotTheWriter", 70);
  if (error instanceof StreamRefused) return of("StreamRefused", 70);
  if (error instanceof LogDamaged) return of("LogDamaged", 1);
  if (error instanceof EventsLost) return of("EventsLost", 1);
  if (error instanceof LogUnavailable) {
    const message = `${error.message}; see EVENTSTOREDB_URL, and run it again`;
    return { code: "LogUnavailable", message, status: 70 };
  }
  if (error instanceof EventUnreadable) {
    const before = `what stands before it is shown with --known-at ${error.position - 1n}`;
    return { code: "EventUnreadable", message: `${error.message}; ${before}`, status: 1 };
  }
  if (error instanceof NoRoom) return of(error.code, 70);
  if (error instanceof ClockAhead) return of("ClockAhead", 70);
  if (error instanceof Overloaded) return of("Overloaded", 70);
  if (error instanceof AppendAmbiguous) {
    const message = "it is not certain what was recorded; run it again, nothing is recorded twice";
    return { code: "AppendAmbiguous", message, status: 70 };
  }
  if (error instanceof Interrupted) return of("Interrupted", error.status);
  return undefined;
}

function wrongUsage(message: string, code: string): Failure {
  return { code, message, status: 2 };
}

function commanderMessage({ code, message }: CommanderError): string {
  return code === "commander.help" ? "a verb is missing" : message.replace(/^error: /, "");
}

function folderStatus({ code }: DatabaseFolderError): ExitStatus {
  switch (code) {
    case "ForeignFolder":
    case "Incomplete":
    case "NotWritable":
    case "VersionMismatch":
      return 2;
    case "AlreadyStarting":
    case "DiskFull":
    case "StartFailed":
      return 70;
  }
}

const shortages: Readonly<Record<Shortage, string>> = {
  DiskFull: "the disk is full",
  OutOfMemory: "the database has no memory left",
  TooManyConnections: "the database takes no more connections",
  TooManyOpenFiles: "no more files can be opened (ulimit -n)",
};
const again = "make room and run it again";

/** Failures of a database server, by the codes of the system and of PostgreSQL. */
function databaseFailure(error: unknown): Failure | undefined {
  const code = codeOf(error) ?? "no answer";
  const shortage = shortageOf(error);
  if (shortage !== undefined) {
    const message = `${shortages[shortage]}; nothing recorded is lost: ${again}`;
    return { code: shortage, message, status: 70 };
  }
  if (isHeldUp(error)) {
    const message = `the database is held up by a lock (${code}): run it again once that is gone`;
    return { code: "DatabaseHeldUp", message, status: 70 };
  }
  if (isConnecting(error) || /^(28|3D)/.test(code)) {
    const message = `the database cannot be reached (${code}); see DATABASE_URL`;
    return { code: "DatabaseUnreachable", message, status: 2 };
  }
  if (isConnectionLoss(error)) {
    const message = `the database stopped meanwhile (${code}); run it again`;
    return { code: "DatabaseStopped", message, status: 70 };
  }
  return undefined;
}

function isConnecting(error: unknown): boolean {
  const call = error instanceof Error && "syscall" in error ? error.syscall : undefined;
  return call === "connect" || call === "getaddrinfo";
}

/** The text of other errors may quote a row, so only their kind is shown. */
function fault(error: unknown): Failure {
  const kind = error instanceof Error ? error.constructor.name : typeof error;
  const code = codeOf(error);
  const what = code === undefined ? kind : `${kind} ${code}`;
  const message = `a fault of ours (${what}); LOG_LEVEL=debug tells more`;
  return { code: "Fault", message, status: 70 };
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
