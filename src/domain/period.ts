import { periodEvents } from "../../events/period.ts";
import type { Facts } from "./facts.ts";
import { streams } from "./facts.ts";
import { fold } from "./fold.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";

/** The column with the day of what happened, by which a row belongs to an accounting month. */
export const businessDay = "业务日期";

/** The last month that is closed, YYYY-MM; all before it are. */
interface ClosedMonths {
  last: string | undefined;
}

const closedMonths = fold(periodEvents, (): ClosedMonths => ({ last: undefined }), {
  MonthClosed: (months, { data }) => {
    months.last = data.month;
  },
});

/** The last month that is closed, undefined where none is. */
export function lastClosedMonth(facts: Facts): string | undefined {
  return facts.state(closedMonths, streams.period()).last;
}

/** Why nothing may be recorded on a day: its month is closed. */
export function refuseClosed(day: string, facts: Facts): Refusal | undefined {
  const last = lastClosedMonth(facts);
  if (last === undefined || day.slice(0, 7) > last) return undefined;
  const message = `${businessDay} lies in a month that is closed: ${last} and all before it`;
  return refuse("PeriodClosed", message, businessDay);
}

/** The month after one, YYYY-MM. */
export function monthAfter(month: string): string {
  const [year = 0, of = 0] = month.split("-").map(Number);
  const next = of === 12 ? [year + 1, 1] : [year, of + 1];
  return `${String(next[0])}-${String(next[1]).padStart(2, "0")}`;
}
