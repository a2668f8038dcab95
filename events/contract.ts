import { z } from "zod";
import type { Told } from "./define.ts";
import {
  asItIs,
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
import {
  movementEvent,
  movementFields,
  movementKindNamed,
  postMovement,
  recordedKind,
} from "./movements.ts";
import { remark } from "./programme-row.ts";
import type { PaidLegName } from "./legs.ts";
import { contractKindName, legOf, legs, shareContractName } from "./legs.ts";
import {
  amendmentName,
  changeableTerms,
  firstTerms,
  firstTermsByDate,
  laterTerms,
  statedTerms,
  termsByDate,
} from "./terms.ts";

const category = "contract";

/** What the first versions of contracts stated, whatever the type. */
export const firstContractTerms = {
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

/** What every contract states, whatever its type. */
export const contractTerms = {
  ...firstContractTerms,
  ...laterTerms,
  remarks: z.array(remark).optional(),
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

/** What an amendment states of itself, and what may not differ from the contract. */
const statedByAmendment = {
  amendment: identifier,
  contract: identifier,
  /** A name of `amendmentKinds`. */
  change: identifier,
  /** 生效日期: first day of the new terms, or last day in force. */
  effective: day,
  // What the row fills: what is otherwise now, and what may not differ.
  kind: identifier.optional(),
  organisation: identifier.optional(),
  register: identifier.optional(),
};

/** The first version of an amendment, which knew fewer terms. */
export const firstAmended = z
  .object({
    ...statedByAmendment,
    ...firstTerms,
    free: freeText.optional(),
    households: z.array(identifier),
    signed: z.object({ kind: identifier, ...firstContractTerms }).strict(),
    terms: firstTermsByDate,
  })
  .strict();

/**
 * What an amendment states, and what the contract comes to by it: the newest event about a contract
 * answers what holds on any day, and what was signed.
 */
export const amended = z
  .object({
    ...statedByAmendment,
    ...changeableTerms,
    free: freeText.optional(),
    /** Whom the contract binds on some day, or bound until now. */
    households: z.array(identifier),
    /** The contract as it was signed: `kind` is a name of `contractKinds`, or `shares`. */
    signed: z.object({ kind: identifier, ...contractTerms }).strict(),
    /** All that is known of its terms with this amendment. */
    terms: termsByDate,
  })
  .strict();

/** The sentence of an amendment for each household that it concerns. */
export function tellsOfAmending(data: z.output<typeof amended>): Told {
  const { amendment, change, effective, contract, signed, households } = data;
  const which = `${contractName(signed.kind)}合同 ${contract}（主体 ${signed.organisation}）`;
  const sentence = `${amendmentName(change)} ${amendment}：${which}，${sinceWhen(change, effective)}`;
  const whole = [sentence, ...statedTerms(data)].join("，");
  return households.map((household) => [household, whole]);
}

function sinceWhen(change: string, effective: string): string {
  if (change === "termination") return `最后一日 ${effective}`;
  return change === "correction" ? "自始" : `自 ${effective} 起`;
}

function contractName(kind: string): string {
  return kind === "shares" ? shareContractName : contractKindName(kind);
}

const payment = {
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
};

const firstPayment = z.object(payment).strict();

const laterPayment = {
  /** Of produce: a name of `branches`; absent: other. */
  branch: movementFields.branch.optional(),
  /** Of a wage: who worked, where the row says it. */
  person: identifier.optional(),
};

/** What a payment says; who worked is said of wages alone, and a branch of produce. */
type Paid = z.output<typeof firstPayment> &
  Partial<Readonly<Record<keyof typeof laterPayment, string | undefined>>>;

/**
 * An event of money that reached a household by a leg under a contract. What only some legs say has
 * come with the second version of their events.
 */
function paid(leg: PaidLegName, summary: string, since2?: Partial<typeof laterPayment>) {
  const { name, paid: of } = legs[leg];
  return event({
    category,
    key: "movement",
    summary,
    earlier: since2 === undefined ? [] : [{ data: firstPayment, lift: asItIs }],
    data: z.object({ ...payment, ...since2 }).strict() as unknown as z.ZodType<Paid>,
    tells: ({ household, organisation, contract, quantity, price, amount }) => {
      const terms = `${quantity} ${of.unit} × ${price} 元，主体 ${organisation}，合同 ${contract}`;
      return [[household, `${name} ${amount} 元（${terms}）`]];
    },
    posts: ({ household, organisation, contract, amount }, post) => {
      post("household", household, organisation, leg, yuan, amount, undefined, { contract });
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

/** Stream category `contract`: one stream an agreement, `contract-<合同编号>`. */
export const contractEvents = {
  ContractSigned: event({
    category,
    key: "contract",
    summary:
      "An agreement, with its terms: on land, produce, labour, animals or money that are kept or " +
      "worked for a household, a post, or the surplus of a cooperative.",
    earlier: [
      {
        data: z
          .object({ kind: z.enum(["lease", "order", "labour"]), ...firstContractTerms })
          .strict(),
        lift: asItIs,
      },
      { data: z.object({ kind: identifier, ...firstContractTerms }).strict(), lift: asItIs },
    ],
    /** `kind` is a name of `contractKinds`, a table that grows without a new version. */
    data: z.object({ kind: identifier, ...contractTerms }).strict(),
    tells: (data) => tellsOfSigning(contractKindName(data.kind), data),
    posts: nothing,
    reference: "contract",
  }),
  ContractAmended: event({
    category,
    key: "contract",
    summary:
      "What was agreed changes from a day on, ends, or was always meant otherwise " +
      "(补充协议, 终止, 更正).",
    earlier: [{ data: firstAmended, lift: asItIs }],
    data: amended,
    tells: tellsOfAmending,
    posts: nothing,
    reference: "amendment",
  }),
  RentPaid: paid("rent", "Rent for land reached a household under a lease (租金)."),
  ProducePurchased: paid(
    "order",
    "Produce was bought from a household at or above the protected price (订单收购).",
    { branch: laterPayment.branch },
  ),
  WagePaid: paid("wage", "A wage reached a household under a labour contract (工资).", {
    person: laterPayment.person,
  }),
  CustodyIncomePaid: movementEvent(
    "custody",
    "What was kept for a household, or its money entrusted, brought income (托管收益).",
  ),
  FixedReturnPaid: movementEvent(
    "fixed",
    "Interest agreed on a principal reached a household for some days (固定收益).",
  ),
  PostPaid: movementEvent("post", "Work at a post was paid, by what was attended (公益岗位)."),
  PlotFeePaid: movementEvent(
    "plotFee",
    "A household paid for a plot that it leases back (承包费).",
  ),
  PlotIncomePaid: movementEvent(
    "plot",
    "A leased-back plot brought a household income (地块收入).",
  ),
  PrincipalReturned: movementEvent(
    "principal",
    "A household got back a part of its principal; not income (退本).",
  ),
  PaymentReversed: event({
    category,
    key: "movement",
    summary: "An earlier payment under a contract is taken back whole (冲销).",
    earlier: [
      {
        data: z
          .object({ ...reversing, leg: z.enum(["rent", "order", "wage"]), ...reversed })
          .strict(),
        lift: asItIs,
      },
      { data: z.object({ ...reversing, leg: identifier, ...reversed }).strict(), lift: asItIs },
    ],
    /**
     * `leg` is a name of `legs`, `movement` of `movementKinds`, tables that grow without a new
     * version. Without a movement it is one of the leg's own.
     */
    data: z
      .object({ ...reversing, leg: identifier, movement: identifier.optional(), ...reversed })
      .strict(),
    tells: ({ household, leg, movement, amount, reverses }) => {
      const what = movement === undefined ? legOf(leg) : movementKindNamed(movement);
      return [[household, `冲销 ${reverses}：${what?.name ?? leg} −${amount} 元`]];
    },
    posts: (data, post) => {
      const { household, organisation, contract, leg, movement, amount } = data;
      if (movement !== undefined) {
        postMovement(recordedKind(movement), data, post, turned);
        return;
      }
      const back = turned(amount);
      post("household", household, organisation, leg, yuan, back, undefined, { contract });
      post("organisation", null, organisation, leg, yuan, amount);
    },
    reference: "reference",
  }),
};
