import type { Policy } from "../policy.ts";
import type { Programme } from "./programme.ts";
import { stepsBy } from "./project-state.ts";

/**
 * Why a project is not accepted by a day (`NotAccepted`), or false: of each entry of
 * `accept.departments` one unit must have found it 合格, and so many households must have confirmed
 * it. What a unit or a household said last counts.
 */
export function notAccepted(
  programme: Programme,
  project: string,
  day: string,
  policy: Policy,
): string | false {
  const steps = stepsBy(programme, project, day);
  const units = new Map<string, string>();
  const households = new Map<string, string>();
  for (const { data } of steps) {
    const { kind, unit = "", household = "", opinion = "" } = data;
    if (kind === "accept") units.set(unit, opinion);
    else if (kind === "confirm") households.set(household, opinion);
  }
  const passed = [...units].flatMap(([unit, opinion]) => (opinion === "passed" ? unit : []));
  const lacking = policy.value("accept.departments").find((entry) => {
    return !entry.split("|").some((word) => passed.some((unit) => unit.includes(word)));
  });
  if (lacking !== undefined) return `no 验收 合格 by ${lacking}`;
  const confirmed = [...households.values()].filter((opinion) => opinion === "confirmed");
  const least = policy.value("accept.households");
  return confirmed.length < least && `fewer than ${least} households have confirmed it`;
}
