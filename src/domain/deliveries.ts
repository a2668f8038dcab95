import type { Survey } from "./facts.ts";

/** Whose deliveries to whom in which calendar year. */
export interface DeliveriesAsked {
  readonly household: string;
  readonly organisation: string;
  readonly year: string;
  readonly [name: string]: string;
}

/** Kilograms by the number of each purchase, and the numbers of purchases that were taken back. */
export interface Deliveries {
  readonly kilograms: Readonly<Record<string, string>>;
  readonly reversed: readonly string[];
}

/**
 * What a household sold to an organisation in a year: purchases lie in the streams of as many
 * contracts as there are, so they are not folded.
 */
export const deliveriesOfYear: Survey<DeliveriesAsked, Deliveries> = {
  name: "deliveries of a year",
  categories: ["contract"],
  with: (answer, { household, organisation, year }, { type, data, effectiveDate }) => {
    if (type === "PaymentReversed") {
      return { ...answer, reversed: [...answer.reversed, data.reverses] };
    }
    const isAsked =
      type === "ProducePurchased" &&
      data.household === household &&
      data.organisation === organisation &&
      effectiveDate.startsWith(year);
    if (!isAsked) return answer;
    return { ...answer, kilograms: { ...answer.kilograms, [data.reference]: data.quantity } };
  },
};
