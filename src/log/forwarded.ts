/**
 * How batches and their answers are sent between processes of a ledger in which one may write: as
 * sealed bytes, each bound to its row and to its direction.
 */
export interface Crossing<Batch, Outcomes> {
  /** Throws for a batch over the limit. */
  sealBatch(row: string, batch: Batch): Buffer;
  /** Throws {@link CrossingUnreadable}. */
  openBatch(row: string, sealed: Buffer): Batch;
  sealAnswer(row: string, answer: Answer<Outcomes>): Buffer;
  /** The answer to a batch. Throws {@link CrossingUnreadable}. */
  openAnswer(row: string, sealed: Buffer, batch: Batch): Answer<Outcomes>;
}

/** The answer of the process that may write. */
export type Answer<Outcomes> = { readonly outcomes: Outcomes } | { readonly failure: Failure };

/** Why a batch has no outcomes. */
export interface Failure {
  /**
   * Ambiguous: it may have been recorded. Unavailable: it was not and may be sent again. Other:
   * anything else.
   */
  readonly kind: "ambiguous" | "unavailable" | "other";
  readonly message: string;
}

/** Thrown for a message that this program cannot read: it was sealed or written by another. */
export class CrossingUnreadable extends Error {}
