import { dayInShanghai, dayMax, dayMin, parseDay } from "../domain/calendar.ts";

const written =
  /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * The day of a date or an instant as a bank writes it, `YYYY-MM-DD`: an instant with a time zone is
 * a day of Asia/Shanghai, one without is the day that is written, and so is a date. Undefined where
 * it is none, or lies outside 1949 to 2199.
 */
export function bankDay(text: string): string | undefined {
  const [, date = "", time, zone] = written.exec(text) ?? [];
  let day = parseDay(date);
  if (day === null) return undefined;
  if (time !== undefined && zone !== undefined) {
    const offset = zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2");
    const milliseconds = Date.parse(`${day}T${time}${offset}`);
    if (Number.isNaN(milliseconds)) return undefined;
    day = dayInShanghai(milliseconds);
  }
  return day >= dayMin && day <= dayMax ? day : undefined;
}
