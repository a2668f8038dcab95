import type { Facts } from "../facts.ts";
import { orderedThing } from "./names.ts";
import { businessDay } from "../period.ts";
import { programmeOf, standingNaming } from "./programme.ts";
import type { PlainRule } from "./rows.ts";

/** The kinds whose rows are steps of one thing, none dated before the one before it. */
type OrderedKind = "models" | "project-steps" | "asset-steps" | "rounds" | "claims" | "case-steps";

/** `DateBefore`: a step is not dated before an earlier step of the same thing. */
export function notBeforeSteps(
  kind: OrderedKind,
): PlainRule<"DateBefore", "date", { readonly row: { date: string }; readonly facts: Facts }> {
  return [
    "DateBefore",
    "date",
    ({ row, facts }) =>
      row.date < lastDayOf(kind, { ...row }, facts) && `${businessDay} is before an earlier step's`,
  ];
}

/** The last day of the steps of the thing that a row is a step of; `""` where there are none. */
function lastDayOf(
  kind: OrderedKind,
  row: Readonly<Record<string, unknown>>,
  facts: Facts,
): string {
  const name = orderedThing(kind, row) ?? "";
  const days = standingNaming(programmeOf(facts), name, kind).map(({ data }) => data.date);
  return days.reduce((last, day) => (day > last ? day : last), "");
}
