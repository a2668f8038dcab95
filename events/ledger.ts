import { z } from "zod";
import { event, nobody, nothing } from "./define.ts";

/** Stream category `ledger`: one stream, `ledger`, about the log itself. */
export const ledgerEvents = {
  LedgerOpened: event({
    category: "ledger",
    key: "ledger",
    summary:
      "The log begins: the ledger's id, the engine that holds it, and a check of its vault key.",
    data: z
      .object({
        ledger: z.uuid(),
        engine: z.enum(["postgres", "eventstoredb"]),
        /** HMAC of a constant under the vault key: shows whether a key is this ledger's. */
        keyCheck: z.string().min(1),
        /** True for the invented demo county; every answer then says so. */
        demo: z.boolean(),
      })
      .strict(),
    tells: nobody,
    posts: nothing,
  }),
};
