import type { Cells } from "../acts.ts";
import { inForceOn } from "../agreements.ts";
import { daysAfter } from "../exact.ts";
import type { Cast } from "./cast.ts";

/** What links a project's operator to households, and who of these confirms what was done. */
export interface Linkage {
  /** 绑定编号 or 合同编号 of its 联结. */
  readonly link: Cells;
  readonly confirming: readonly string[];
}

/** Who has confirmed a project: some of those for whom it is. */
const confirmingCount = 8;
/** A project that begins before this day is linked by a contract: nobody is bound so early. */
const firstOfBindings = "2024-11-15";
/** As it is about so many days after a project's own that work begins. */
const daysToStart = 90;

/** How a project is linked: by the first binding to its operator, else by a contract for work. */
export function linkedBy(cast: Cast, bindings: readonly Cells[], project: Cells): Linkage {
  const { 主体编号: operator, 行政区划: place = "", 业务日期: day = "" } = project;
  const own = bindings.filter((row) => row["主体编号"] === operator);
  const [first] = own;
  const isByContract = first === undefined || day < firstOfBindings;
  const link: Cells = isByContract
    ? { 合同编号: labourContract(cast, operator ?? "", daysAfter(day, daysToStart)) }
    : { 绑定编号: first["绑定编号"] ?? "" };
  const near = cast.county.households.filter(({ number }) => number.startsWith(place));
  const all =
    operator === undefined
      ? near.map(({ number }) => number)
      : own.map((row) => row["户编号"] ?? "");
  return { link, confirming: all.slice(0, confirmingCount) };
}

/** The contract in force on a day by which an entity employs whoever comes. */
function labourContract({ county }: Cast, operator: string, day: string): string {
  const open = county.agreements.contracts.filter(({ kind, organisation, household }) => {
    return kind === "劳务" && organisation.number === operator && household === "";
  });
  return inForceOn(open, day)?.number ?? "";
}
