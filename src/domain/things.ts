import type { EventsUnder } from "../../events/index.ts";
import type { Thing } from "./columns.ts";
import { incomeState } from "./distribution/plan-state.ts";
import type { Facts, KnownEvent } from "./facts.ts";
import { keys, onces } from "./facts.ts";
import type { Party } from "./programme/parties.ts";
import { partyOf } from "./programme/parties.ts";

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
export const party: Thing<Party> = {
  unknown: ["PartyUnknown", "is neither a household nor an organisation that is registered"],
  known: (facts, id) => partyOf(id, facts),
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

/** A register of shares: the contract that opened it. */
export const register: Thing<KnownEvent<"ShareContractSigned">> = {
  unknown: ["RegisterUnknown", "is not named by any 入股 contract"],
  known: (facts, id) => facts.first(onces.registerOpened(id)),
};

/** A contract, as signed or as last amended. */
export const contract: Thing<KnownEvent<EventsUnder<"contract">>> = {
  unknown: ["ContractUnknown", "is not recorded"],
  known: (facts, id) => facts.known(keys.contract(id)),
};
