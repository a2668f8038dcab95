import { z } from "zod";
import { dayInShanghai } from "../../domain/calendar.ts";
import { idText, on, period } from "../parameters.ts";

/** Which days a report is of: those up to one, those of a period, or those of a year. */
export type Time = "day" | "period" | "year";

const noYear = "It is no year of four digits.";

/** A calendar year. */
const year = {
  schema: z
    .string()
    .regex(/^(19[5-9]|20\d|21\d)\d$/)
    .optional()
    .describe("the calendar year, YYYY; of the running one the days to today"),
  words: { flags: "--year <year>", means: "the calendar year (YYYY)", wrong: noYear },
};

const until = {
  schema: on.schema.describe("what counts on this day: YYYY-MM-DD; otherwise today"),
  words: { ...on.words, means: "what counts on this 业务日期 (YYYY-MM-DD); otherwise today" },
};

/** The parameters that say which days a report is of. */
export const timeParameters = {
  day: { on: until, year },
  period: { ...period, on: until, year },
  year: { year, on: until },
} as const;

/** Which row is to be explained, and which division is asked about. */
export const commonParameters = {
  division: {
    schema: idText
      .optional()
      .describe("县, 县/乡 or 县/乡/行政村 as the roster writes them, or a code: what lies in it"),
    words: {
      flags: "--division <place>",
      means: "what lies in 县, 县/乡 or 县/乡/行政村, or in a code's division",
    },
  },
  explain: {
    schema: z
      .string()
      .max(1_000)
      .refine((text) => !text.includes("\u0000"))
      .optional()
      .describe("the key of a row: the facts that its figures are sums of, in place of all rows"),
    words: { flags: "--explain <row>", means: "the facts that a row's figures are sums of" },
  },
};

/** What was said of days. */
export interface TimeTold {
  readonly on?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly year?: string | undefined;
}

/** The days of a report: it ends with `on`; one of a period begins with `from`. */
export interface Days {
  readonly from: string;
  readonly on: string;
  /** The year with `on`. */
  readonly year: string;
}

/** Why days cannot be meant together, or false. */
export function contradiction(told: TimeTold): string | false {
  const isPeriod = told.from !== undefined || told.to !== undefined;
  const ways = [isPeriod, told.on !== undefined, told.year !== undefined];
  return (
    ways.filter(Boolean).length > 1 && "a day, a period and a year exclude each other: give one"
  );
}

/** The days that are meant, as of a moment. A period begins on 1 January where nothing says so. */
export function daysOf(told: TimeTold, now = Date.now()): Days {
  const today = dayInShanghai(now);
  const ofYear = told.year === undefined ? undefined : lastDayOf(told.year, today);
  const last = told.to ?? told.on ?? ofYear ?? today;
  const yearOf = last.slice(0, 4);
  return { from: told.from ?? `${yearOf}-01-01`, on: last, year: yearOf };
}

function lastDayOf(asked: string, today: string): string {
  return today.startsWith(asked) ? today : `${asked}-12-31`;
}
