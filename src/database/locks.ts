/**
 * The advisory locks of a ledger's database, as PostgreSQL's lock functions take them. Every
 * version of the ledger uses the same numbers; none is ever given another meaning.
 */
export const locks = {
  /** Shared by the processes that use an embedded server: the last one to leave stops it. */
  serverUsers: "1398099529, 1",
  /** Held by the process that may append (EventStoreDB). */
  writer: "1398099529, 11",
  /** Held by the process that migrates. */
  migrator: "7305812906114",
  /** Held by the process that projects, and by one that changes the database for a new version. */
  projector: "7305812906115",
  /** Held by a rebuild. */
  rebuild: "7305812906116",
  /** Held by the process that sweeps the vault. */
  sweeper: "7305812906117",
} as const;

/** The lock of a process that has claimed keys of requests: `$1` is the number of its session. */
export const claimLock = "1398099531, $1";

/** The lock of a schema that a verification works in. */
export function schemaLock(schema: string): string {
  if (!/^[a-z0-9_]+$/.test(schema)) throw new Error("a schema's name is plain");
  return `1398099530, hashtext('${schema}')`;
}
