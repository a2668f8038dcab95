import { z } from "zod";
import type { Told } from "./define.ts";
import {
  day,
  decimal4,
  event,
  freeText,
  identifier,
  money,
  nothing,
  turned,
  yuan,
} from "./define.ts";
import type { PaidLegName } from "./legs.ts";
import { contractKindName, legOf, legs } from "./legs.ts";

const category = "contract";

/** What every contract states, whatever its type. */
export const contractTerms = {
  contract: identifier,
  organisation: identifier,
  /**
   * Binds the contract to one household; where it is absent, any household may be paid under it.
   */
  household: identifier.optional(),
  signedOn: day.optional(),
  from: day,
  /** Last day in force; absent: open. */
  to: day.optional(),
  quantity: decimal4.optional(),
  price: decimal4.optional(),
  floorPrice: decimal4.optional(),
  register: identifier.optional(),
  parValue: decimal4.optional(),
  free: freeText.optional(),
};

/** The sentence for the household that a signed contract binds. */
export function tellsOfSigning(
  name: string,
  terms: { contract: string; organisation: string; household?: string | undefined },
): Told {
  const { contract, organisation, household } = terms;
  const sentence = `签订${name}合同 ${contract}（主体 ${organisation}）`;
  return household === undefined ? [] : [[household, sentence]];
}

const payment = z
  .object({
    reference: identifier,
    household: identifier,
    organisation: identifier,
    contract: identifier,
    /** mu, kilograms or days, by the type of the contract */
    quantity: decimal4,
    /** yuan a unit */
    price: decimal4,
    amount: money,
    period: z.string().optional(),
    voucher: z.string().optional(),
    free: freeText.optional(),
  })
  .strict();

/** An event of money that reached a household by a leg under a contract. */
function paid(leg: PaidLegName, summary: string) {
  const { name, paid: of } = legs[leg];
  return event({
    category,
    key: "movement",
    summary,
    data: payment,
    tells: ({ household, organisation, contract, quantity, price, amount }) => {
      const terms = `${quantity} ${of.unit} × ${price} 元，主体 ${organisation}，合同 ${contract}`;
      return [[household, `${name} ${amount} 元（${terms}）`]];
    },
    posts: ({ household, organisation, amount }, post) => {
      post("household", household, organisation, leg, yuan, amount);
      post("organisation", null, organisation, leg, yuan, turned(amount));
    },
    reference: "reference",
  });
}

const reversing = { reference: identifier, reverses: identifier };
const reversed = {
  household: identifier,
  organisation: identifier,
  contract: identifier,
  amount: money,
  period: z.string().optional(),
  voucher: z.string().optional(),
  free: freeText.optional(),
};

/** A lift that changes nothing: what version 1 allows, version 2 allows too. */
const asItIs = (data: unknown): unknown => data;

/** Stream category `contract`: one stream an agreement, `contract-<合同编号>`. */
export const contractEvents = {
  ContractSigned: event({
    category,
    key: "contract",
    summary: "An agreement on leased land, ordered produce or labour, with its terms.",
    earlier: [
      {
        data: z.object({ kind: z.enum(["lease", "order", "labour"]), ...contractTerms }).strict(),
        lift: asItIs,
      },
    ],
    /** `kind` is a name of `contractKinds`, a table that grows without a new version. */
    data: z.object({ kind: identifier, ...contractTerms }).strict(),
    tells: (data) => tellsOfSigning(contractKindName(data.kind), data),
    posts: nothing,
    reference: "contract",
  }),
  RentPaid: paid("rent", "Rent for land reached a household under a lease (租金)."),
  ProducePurchased: paid(
    "order",
    "Produce was bought from a household at or above the protected price (订单收购).",
  ),
  WagePaid: paid("wage", "A wage reached a household under a labour contract (工资)."),
  PaymentReversed: event({
    category,
    key: "movement",
    summary: "An earlier rent, purchase or wage is taken back whole (冲销).",
    earlier: [
      {
        data: z
          .object({ ...reversing, leg: z.enum(["rent", "order", "wage"]), ...reversed })
          .strict(),
        lift: asItIs,
      },
    ],
    /** `leg` is a name of `legs`, a table that grows without a new version. */
    data: z.object({ ...reversing, leg: identifier, ...reversed }).strict(),
    tells: ({ household, leg, amount, reverses }) => [
      [household, `冲销 ${reverses}：${legOf(leg)?.name ?? leg} −${amount} 元`],
    ],
    posts: ({ household, organisation, leg, amount }, post) => {
      post("household", household, organisation, leg, yuan, turned(amount));
      post("organisation", null, organisation, leg, yuan, amount);
    },
    reference: "reference",
  }),
};
