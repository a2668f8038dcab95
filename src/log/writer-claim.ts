import type { Pool } from "pg";

/** The right to write: one process of a ledger has it at a time, each time under a higher number. */
export interface WriterClaim {
  /** The number this process writes under; undefined while it does not hold the claim. */
  readonly number: number | undefined;
  /** Takes the claim unless another process holds it; answers its number, or null. */
  take(): Promise<number | null>;
  /** Gives the claim up, so that another process can take it at once. */
  release(): Promise<void>;
  /** Calls back whenever the claim was taken (its number) or lost or released (undefined). */
  watch(onChange: (number: number | undefined) => void): () => void;
}

export interface WriterClaimOptions {
  /** The database that all processes of the ledger share. */
  readonly pool: Pool;
  /** Appends the claim to the log and answers its number. */
  readonly raise: () => Promise<number>;
}

export function writerClaim(_options: WriterClaimOptions): WriterClaim {
  throw new Error("not written yet");
}
