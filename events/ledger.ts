import { z } from "zod";
import { firstVersion } from "./define.ts";

/** Stream category `ledger`: one stream, `ledger`; what the log says of itself. */
export const ledgerEvents = {
  LedgerOpened: firstVersion(
    "ledger",
    "The log begins: the ledger's id, the engine that holds it, and a check of its vault key.",
    z
      .object({
        ledger: z.uuid(),
        engine: z.enum(["postgres", "eventstoredb"]),
        /** HMAC of a constant under the vault key: another key than the ledger's is recognised. */
        keyCheck: z.string().min(1),
        /** True for the invented demo county; every answer then says so. */
        demo: z.boolean(),
      })
      .strict(),
  ),
};
