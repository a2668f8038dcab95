/**
 * How batches and their answers cross between processes of a ledger where one of them may write: as
 * sealed bytes, each bound to the row that carries it and to its direction.
 */
export interface Crossing<Batch, Outcomes> {
  /** Throws for what must not cross, as a batch over the limit. */
  sealBatch(row: string, batch: Batch): Buffer;
  /** Throws {@link CrossingUnreadable}. */
  openBatch(row: string, sealed: Buffer): Batch;
  sealAnswer(row: string, answer: Answer<Outcomes>): Buffer;
  /** The answer to a batch. Throws {@link CrossingUnreadable}. */
  openAnswer(row: string, sealed: Buffer, batch: Batch): Answer<Outcomes>;
}

/** What became of a batch in the process that may write. */
export type Answer<Outcomes> = { readonly outcomes: Outcomes } | { readonly failure: Failure };

/** Why a batch has no outcomes. */
export interface Failure {
  /** It may have been recorded; it was not and may be handed in again; anything else. */
  readonly kind: "ambiguous" | "unavailable" | "other";
  readonly message: string;
}

/** Thrown for a message that this program cannot read: it was sealed or written by another. */
export class CrossingUnreadable extends Error {}
