import { AppendAmbiguous, NotTheWriter } from "../ledger.ts";

/**
 * What an error says about the stores behind the ledger: an append of which nobody knows whether it
 * was recorded, or stores that cannot be reached. Undefined: it is no outage but a bug.
 */
export function outageOf(error: unknown): "ambiguous" | "unavailable" | undefined {
  if (error instanceof AppendAmbiguous) return "ambiguous";
  if (error instanceof NotTheWriter) return "unavailable";
  const { code } = error as { readonly code?: unknown };
  if (typeof code === "string") {
    const gone = /^(E(CONN[A-Z]+|PIPE|NOENT|TIMEDOUT|HOSTUNREACH|AI_AGAIN)|08...|57P0.|53300)$/;
    return gone.test(code) ? "unavailable" : undefined;
  }
  const broken = /^Connection terminated|timeout exceeded when trying to connect|timeout expired/;
  return error instanceof Error && broken.test(error.message) ? "unavailable" : undefined;
}
