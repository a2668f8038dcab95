import { AppendAmbiguous, isConnectionLoss, NotTheWriter, Overloaded } from "../ledger.ts";

/**
 * What an error says about the stores behind the ledger: an append of which nobody knows whether it
 * was recorded, stores that cannot be reached, or more waiting for them than may wait. Undefined:
 * it is no outage but a bug.
 */
export function outageOf(error: unknown): "ambiguous" | "unavailable" | "overloaded" | undefined {
  if (error instanceof AppendAmbiguous) return "ambiguous";
  if (error instanceof NotTheWriter) return "unavailable";
  if (error instanceof Overloaded) return "overloaded";
  return isConnectionLoss(error) ? "unavailable" : undefined;
}
