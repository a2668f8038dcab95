import { z } from "zod";
import { day, event, identifier, nobody, nothing } from "./define.ts";

/** Stream category `pack`: one stream, `pack-all`, of the policy packs that were ever in force. */
export const packEvents = {
  PackAdded: event({
    category: "pack",
    key: "pack",
    summary:
      "A policy pack is in force from a day on: what a county's rules say, by name (政策包).",
    data: z
      .object({
        pack: identifier,
        /** Digits that the division of a row begins with; absent: everywhere. */
        division: z.string().optional(),
        from: day,
        until: day.optional(),
        source: z.object({ title: z.string(), number: z.string().optional() }).strict(),
        /** By name; each value in canonical JSON, of the type that its parameter has. */
        parameters: z.record(z.string(), z.string()),
        /** By code: `refuse`, `report` or `off`. */
        rules: z.record(z.string(), z.string()),
        clauses: z.record(z.string(), z.string()),
        by: identifier,
      })
      .strict(),
    tells: nobody,
    posts: nothing,
    reference: "pack",
  }),
};
