import type { DutyKind } from "../../../events/programme-words.ts";
import { sumMoney, toUnits } from "../decimal.ts";
import type { Facts, Survey } from "../facts.ts";
import { dutiesOf, householdsOf } from "./entities.ts";
import type { Programme } from "./programme.ts";
import { programmeOf, rowsNaming } from "./programme.ts";

/** What an entity paid a household on a leg within a year, less what was taken back in it. */
export interface PaidLeg {
  readonly household: string;
  readonly leg: string;
  /** Yuan; not zero. */
  readonly amount: string;
}

/** Asks what an organisation paid households in a year, by movements and by credited lines. */
export const paidInYear: Survey<{ organisation: string; year: string }, readonly PaidLeg[]> = {
  name: "paid-in-year",
  categories: ["contract", "household", "register", "income", "batch", "bank"],
};

/** The legs whose sum a duty is, by its 责任类型; 支付总额 is of all. */
const dutyLegs: Partial<Readonly<Record<string, string>>> = {
  purchases: "order",
  wages: "wage",
  rents: "rent",
  dividends: "dividend",
  rebates: "rebate",
} satisfies Partial<Record<DutyKind, string>>;

/** How much of a duty of a year is done: households, or yuan. */
export function doneOf(
  programme: Programme,
  duty: { readonly organisation: string; readonly year: string; readonly kind: string },
  paid: readonly PaidLeg[],
): string {
  const { organisation, year, kind } = duty;
  if (kind === "employed") {
    const employed = paid.filter(({ leg, amount }) => leg === "wage" && !amount.startsWith("-"));
    return String(new Set(employed.map(({ household }) => household)).size);
  }
  if (kind === "households") {
    const own = householdsInYear(programme, organisation, year);
    const got = paid.filter(({ amount }) => !amount.startsWith("-"));
    return String(new Set(got.flatMap(({ household: h }) => (own.has(h) ? h : []))).size);
  }
  const leg = dutyLegs[kind];
  const ofLeg = paid.filter((one) => leg === undefined || one.leg === leg);
  return sumMoney(ofLeg.map(({ amount }) => amount));
}

/** The households of an entity on any day of a year: somebody becomes one on the day of a row. */
function householdsInYear(
  programme: Programme,
  organisation: string,
  year: string,
): ReadonlySet<string> {
  const days = new Set([`${year}-01-01`]);
  const bindings = rowsNaming(programme, `organisations/${organisation}`, "bindings");
  const ofCooperatives = bindings.flatMap(({ data: { counterparty } }) =>
    counterparty === undefined
      ? []
      : rowsNaming(programme, `organisations/${counterparty}`, "bindings"),
  );
  for (const { id, data } of [...bindings, ...ofCooperatives]) {
    const ends = rowsNaming(programme, `bindings/${id}`, "ends");
    const begins = [data.date, data.from, ...ends.map(({ takenBackOn }) => takenBackOn)];
    for (const day of begins) if (day?.startsWith(`${year}-`) === true) days.add(day);
  }
  return new Set([...days].flatMap((day) => [...householdsOf(programme, organisation, day)]));
}

/**
 * Why an entity has no claim to support on a day (`DutyUnmet`): it has no duty of that year, or one
 * of the year before is not met; false where it has.
 */
export function unmetDuty(
  { organisation, day }: { readonly organisation: string; readonly day: string },
  facts: Facts,
): string | false {
  const year = day.slice(0, 4);
  const programme = programmeOf(facts);
  if (dutiesOf(programme, organisation, year).length === 0) {
    return "the entity has no duty of the year of 业务日期";
  }
  const before = String(Number(year) - 1).padStart(4, "0");
  const duties = dutiesOf(programme, organisation, before);
  if (duties.length === 0) return false;
  const paid = facts.survey(paidInYear, { organisation, year: before }) ?? [];
  const unmet = duties.find(({ data }) => {
    return toUnits(doneOf(programme, data, paid), 2) < toUnits(data.target, 2);
  });
  return unmet !== undefined && "a duty of the year before is not met";
}
