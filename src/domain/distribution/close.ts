import type { JsonObject } from "../../encoding/canonical.ts";
import { filledText, id } from "../columns.ts";
import type { Survey } from "../facts.ts";
import { keys, streams } from "../facts.ts";
import type { Recorded } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { lastClosedMonth, monthAfter } from "../period.ts";
import { refuse } from "../refusal.ts";

interface MonthAsked extends JsonObject {
  readonly month: string;
}

/** Asks what stands in the way of closing a month and all before it, in words. */
export const monthReasons: Survey<MonthAsked, readonly string[]> = {
  name: "month-reasons",
  categories: ["batch", "bank", "income"],
};

const columns = {
  month: id("月份", "the accounting month, YYYY-MM"),
  by: filledText("经办人", "who closes it", 200),
};

const rows = rowKind({
  name: "months",
  summary: "Close an accounting month and all before it",
  right: "pay",
  isFile: false,
  surveys: true,
  columns,
  id: "month",
  key: keys.month,
  date: "today",
  checks: [
    [
      "month",
      ({ month }) => !/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month) && "月份 is no month, YYYY-MM",
    ],
  ],
  rules: [],
  said: ({ data }) => data,
  records: ({ row, facts, today }): Recorded | ReturnType<typeof refuse> => {
    const { month, by } = row;
    const first = firstReason(month, lastClosedMonth(facts), today.slice(0, 7));
    const reasons = first === undefined ? (facts.survey(monthReasons, { month }) ?? []) : [first];
    if (reasons.length > 0)
      return refuse("MonthNotClosable", reasons.join(reasonSeparator), "月份");
    return { stream: streams.period(), type: "MonthClosed", data: { month, by } };
  },
  examples: [{ month: "2026-03", by: "示例" }],
});

/** Reasons stand together in one message, parted by this. */
export const reasonSeparator = "; ";

function firstReason(month: string, last: string | undefined, now: string): string | undefined {
  if (month >= now) return "the month is not over";
  if (last === undefined || month === monthAfter(last)) return undefined;
  return `the next month to close is ${monthAfter(last)}`;
}

/** Closing a month: one that is closed already, by itself or with a later one, stays so. */
export const months: typeof rows = {
  ...rows,
  decide: (command, context) => {
    const last = lastClosedMonth(context.facts);
    const isClosed = last !== undefined && command.row.month <= last;
    return isClosed ? [] : rows.decide(command, context);
  },
};
