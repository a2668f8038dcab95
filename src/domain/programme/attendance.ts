import { contractSums } from "../contract-sums.ts";
import { toUnits } from "../decimal.ts";
import type { Facts } from "../facts.ts";
import { streams } from "../facts.ts";
import { countingNaming, programmeOf, standingNaming } from "./programme.ts";

/** Whose work at a post: of one person, or of all of a household. */
export interface Attending {
  readonly contract: string;
  readonly household: string;
  readonly person: string | undefined;
}

/**
 * How much of what was attended at a post by a day, or whenever, is not paid for yet, in
 * ten-thousandths of a unit of work. Negative where a policy pack lets more be paid.
 */
export function attendanceLeft(
  { contract, household, person }: Attending,
  facts: Facts,
  by?: string,
): bigint {
  const isTheirs = (
    one: Omit<Attending, "contract" | "person"> & { person?: string | undefined },
  ) => one.household === household && (person === undefined || one.person === person);
  const programme = programmeOf(facts);
  const named = `contracts/${contract}`;
  const attended =
    by === undefined
      ? standingNaming(programme, named, "posts")
      : countingNaming(programme, named, "posts", by);
  let left = 0n;
  for (const { data } of attended) if (isTheirs(data)) left += toUnits(data.quantity, 4);
  for (const paid of facts.state(contractSums, streams.contract(contract)).posts.values()) {
    if (isTheirs(paid)) left -= paid.units;
  }
  return left;
}
