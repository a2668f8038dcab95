import { dayNumber, dayOfNumber, daysInclusive } from "./calendar.ts";

/** How a policy pack counts the days of a notice: its `notice.working`, `holidays`, `workdays`. */
export interface DayCounting {
  /** Monday to Friday, less `holidays` and plus `workdays`, and not every day of the calendar. */
  readonly working: boolean;
  /** Days off, YYYY-MM-DD, in any order; those of a weekend may be among them. */
  readonly holidays: readonly string[];
  /** Days of weekends that are worked (调休), YYYY-MM-DD; where a day is in both, this one counts. */
  readonly workdays: readonly string[];
}

/**
 * The days of a notice from its first to its last day, both included (公示, `NoticeTooShort`):
 * `end − start + 1`, or the working ones of these. 0 where the end is before the start.
 */
export function noticeDays(counting: DayCounting, start: string, end: string): number {
  if (!counting.working) return Math.max(0, daysInclusive(start, end));
  const holidays = new Set(counting.holidays);
  const workdays = new Set(counting.workdays);
  const last = dayNumber(end);
  let days = 0;
  for (let number = dayNumber(start); number <= last; number++) {
    const day = dayOfNumber(number);
    if (workdays.has(day) || (isWeekday(number) && !holidays.has(day))) days += 1;
  }
  return days;
}

/**
 * Years from `start` to `end` of which no holiday is named: their holidays have not been announced
 * or are not in the pack, and `noticeDays` takes them for ordinary weekdays, so that a notice in
 * them may be shorter than it looks. Empty where days of the calendar are counted.
 */
export function yearsWithoutHolidays(
  { working, holidays }: DayCounting,
  start: string,
  end: string,
): string[] {
  if (!working) return [];
  const named = new Set(holidays.map((day) => day.slice(0, 4)));
  const years: string[] = [];
  for (let year = Number(start.slice(0, 4)); year <= Number(end.slice(0, 4)); year++) {
    if (!named.has(String(year))) years.push(String(year));
  }
  return years;
}

/** 1970-01-01 was a Thursday. */
function isWeekday(number: number): boolean {
  return (((number + 3) % 7) + 7) % 7 < 5;
}
