import type { Programme } from "./programme.ts";
import { countingNaming } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";

/** 户类型 and 监测对象类型 of a household, where something states them. */
export interface Status {
  readonly status?: string | null | undefined;
  readonly monitoring?: string | null | undefined;
}

/** The `conditions` of a household that count on a day, the last first: by day, then position. */
export function conditionsBy(
  programme: Programme,
  household: string,
  day: string,
): readonly ProgrammeRow<"conditions">[] {
  const rows = countingNaming(programme, `households/${household}`, "conditions", day);
  return [...rows].reverse().sort((a, b) => b.data.date.localeCompare(a.data.date));
}

/**
 * The status of a household on a day: of its last `conditions` by then that fills the one or the
 * other, else what the roster says.
 */
export function statusOn(
  programme: Programme,
  household: string,
  day: string,
  roster: Status,
): Status {
  const stated = conditionsBy(programme, household, day);
  const filled = (name: "status" | "monitoring") =>
    stated.find(({ data }) => data[name] !== undefined)?.data[name] ?? roster[name];
  return { status: filled("status"), monitoring: filled("monitoring") };
}

/** Whether a status is of a list of classes: either of its texts stands there. */
export function isOfClasses({ status, monitoring }: Status, classes: readonly string[]): boolean {
  return [status, monitoring].some((text) => text != null && classes.includes(text));
}

/** What is said of 低保 of a household. */
interface Allowance {
  readonly isIn: boolean;
  /** The day on which it was last said. */
  readonly stated: string;
  /** The first day from which on nothing else was said. */
  readonly since: string;
}

/** Whether a household has 低保 on a day, as last said by then; undefined where nothing says so. */
export function allowanceOn(
  programme: Programme,
  household: string,
  day: string,
): Allowance | undefined {
  const said = conditionsBy(programme, household, day).filter(
    ({ data }) => data.allowance !== undefined,
  );
  const [last] = said;
  if (last === undefined) return undefined;
  const { allowance, date } = last.data;
  const before = said.findIndex(({ data }) => data.allowance !== allowance);
  const first = said.at(before === -1 ? -1 : before - 1);
  return { isIn: allowance === "yes", stated: date, since: first?.data.date ?? date };
}
