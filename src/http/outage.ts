import { AppendAmbiguous, isConnectionLoss, NotTheWriter, Overloaded } from "../ledger.ts";

/**
 * Whether an error is an outage of the stores behind the ledger: an append that may or may not be
 * recorded, a store that cannot be reached, or a full queue. Undefined for a bug.
 */
export function outageOf(error: unknown): "ambiguous" | "unavailable" | "overloaded" | undefined {
  if (error instanceof AppendAmbiguous) return "ambiguous";
  if (error instanceof NotTheWriter) return "unavailable";
  if (error instanceof Overloaded) return "overloaded";
  return isConnectionLoss(error) ? "unavailable" : undefined;
}
