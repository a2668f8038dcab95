import type { EventsUnder } from "../../events/index.ts";
import type { Thing } from "./columns.ts";
import { incomeState } from "./distribution/plan-state.ts";
import type { Facts, KnownEvent } from "./facts.ts";
import { keys } from "./facts.ts";

/** A household of the register. */
export const household: Thing<KnownEvent<"HouseholdRegistered">> = {
  unknown: ["HouseholdUnknown", "is not in the register of households"],
  known: (facts, id) => facts.known(keys.household(id)),
};

/** An organisation of the register, with its details as last stated. */
export const organisation: Thing<
  KnownEvent<"OrganisationRegistered" | "OrganisationDetailsCorrected">
> = {
  unknown: ["OrganisationUnknown", "is not in the register"],
  known: (facts, id) => facts.known(keys.organisation(id)),
};

/**
 * A household or an organisation by its number, told apart by which of the two members it has; what
 * is both is the household.
 */
export const party: Thing<{ readonly household?: string; readonly organisation?: string }> = {
  unknown: ["PartyUnknown", "is neither a household nor an organisation that is registered"],
  known: (facts, id) => {
    if (facts.known(keys.household(id)) !== undefined) return { household: id };
    return facts.known(keys.organisation(id)) === undefined ? undefined : { organisation: id };
  },
};

/** Why a person is none of a household (`PersonUnknown`), or false. */
export function notOfHousehold(
  person: string,
  of: string | undefined,
  facts: Facts,
): string | false {
  const known = facts.known(keys.person(person))?.data.household;
  return (of === undefined || known !== of) && "人编号 is not recorded in this household";
}

/** An income that is to be distributed; one that was taken back is unknown. */
export const income: Thing<KnownEvent<"IncomeRecorded">> = {
  unknown: ["IncomeUnknown", "is not recorded"],
  known: (facts, id) => {
    const recorded = facts.known(keys.income(id));
    if (recorded === undefined) return undefined;
    return incomeState(id, facts).takenBackOn === undefined ? recorded : undefined;
  },
};

/** A plan to divide an income. */
export const plan: Thing<KnownEvent<"PlanDrafted">> = {
  unknown: ["PlanUnknown", "is not recorded"],
  known: (facts, id) => facts.known(keys.plan(id)),
};

/** A contract, as signed or as last amended. */
export const contract: Thing<KnownEvent<EventsUnder<"contract">>> = {
  unknown: ["ContractUnknown", "is not recorded"],
  known: (facts, id) => facts.known(keys.contract(id)),
};
