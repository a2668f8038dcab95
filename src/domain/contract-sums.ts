import { contractEvents } from "../../events/contract.ts";
import { dayNumber } from "./calendar.ts";
import { toUnits } from "./decimal.ts";
import { fold } from "./fold.ts";

/** What the limits of movements under one contract rest on, by the number of each movement. */
interface ContractSums {
  /** The first and the last day that were paid for, as day numbers. */
  readonly paidDays: Map<string, readonly [from: number, to: number]>;
  /** What was paid for at posts: for whom, in ten-thousandths of a unit of work. */
  readonly posts: Map<string, { household: string; person: string | undefined; units: bigint }>;
  /** Principal returned, in fen. */
  readonly returned: Map<string, bigint>;
}

const startOfContract = (): ContractSums => ({
  paidDays: new Map(),
  posts: new Map(),
  returned: new Map(),
});

/** The sums of the movements under one contract. */
export const contractSums = fold(contractEvents, startOfContract, {
  ContractSigned: "same",
  ContractAmended: "same",
  RentPaid: "same",
  ProducePurchased: "same",
  WagePaid: "same",
  CustodyIncomePaid: "same",
  FixedReturnPaid: ({ paidDays }, { data }) => {
    const { reference, from, to } = data;
    if (from === undefined || to === undefined) throw new Error("recorded: both days");
    paidDays.set(reference, [dayNumber(from), dayNumber(to)]);
  },
  PostPaid: ({ posts }, { data: { reference, household, person, quantity = "0" } }) => {
    posts.set(reference, { household, person, units: toUnits(quantity, 4) });
  },
  PlotFeePaid: "same",
  PlotIncomePaid: "same",
  PrincipalReturned: ({ returned }, { data }) => {
    returned.set(data.reference, toUnits(data.amount, 2));
  },
  PaymentReversed: ({ paidDays, posts, returned }, { data }) => {
    paidDays.delete(data.reverses);
    posts.delete(data.reverses);
    returned.delete(data.reverses);
  },
});
