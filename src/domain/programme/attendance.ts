import { contractSums } from "../contract-sums.ts";
import { toUnits } from "../decimal.ts";
import type { Facts } from "../facts.ts";
import { streams } from "../facts.ts";
import { countingNaming, programmeOf, standingNaming } from "./programme.ts";

/** Whose work at a post. */
export interface Attending {
  readonly contract: string;
  readonly household: string;
  /** One of the household, where one is named. */
  readonly person?: string | undefined;
}

/**
 * How much of what was attended at a post by a day, or whenever, is not paid for yet, in
 * ten-thousandths of a unit of work: by all of the household, and by the person where one is named.
 * Negative where a policy pack lets more be paid.
 */
export function attendanceLeft(
  { contract, household, person }: Attending,
  facts: Facts,
  by?: string,
): readonly bigint[] {
  const programme = programmeOf(facts);
  const named = `contracts/${contract}`;
  const attended =
    by === undefined
      ? standingNaming(programme, named, "posts")
      : countingNaming(programme, named, "posts", by);
  const paid = facts.state(contractSums, streams.contract(contract)).posts.values();
  const entries = [
    ...attended.map(({ data }) => ({ ...data, units: toUnits(data.quantity, 4) })),
    ...[...paid].map((one) => ({ ...one, units: -one.units })),
  ];
  const own = entries.filter((one) => one.household === household);
  const sum = (some: typeof own): bigint => some.reduce((left, { units }) => left + units, 0n);
  if (person === undefined) return [sum(own)];
  return [sum(own), sum(own.filter((one) => one.person === person))];
}
