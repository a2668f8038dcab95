import type { Facts } from "../facts.ts";
import { orderedThing } from "./names.ts";
import { programmeOf, standingNaming } from "./programme.ts";

/** The kinds whose rows are steps of one thing, none dated before the one before it. */
type OrderedKind = "models" | "project-steps" | "rounds";

/** The last day of the steps of the thing that a row is a step of; `""` where there are none. */
export function lastDayOf(
  kind: OrderedKind,
  row: Readonly<Record<string, unknown>>,
  facts: Facts,
): string {
  const name = orderedThing(kind, row) ?? "";
  const days = standingNaming(programmeOf(facts), name, kind).map(({ data }) => data.date);
  return days.reduce((last, day) => (day > last ? day : last), "");
}
