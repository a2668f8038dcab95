import { z } from "zod";
import { event, identifier, nobody, nothing } from "./define.ts";

/** Stream category `period`: one stream, `period-months`, of the months that are closed. */
export const periodEvents = {
  MonthClosed: event({
    category: "period",
    key: "month",
    summary:
      "An accounting month is closed, and all before it: nothing is recorded into it (结账).",
    data: z.object({ month: z.string().regex(/^\d{4}-\d{2}$/), by: identifier }).strict(),
    tells: nobody,
    posts: nothing,
    reference: "month",
  }),
};
