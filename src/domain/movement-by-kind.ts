import { householdEvents } from "../../events/household.ts";
import type { EventOf } from "../../events/index.ts";
import type { MovementEventName, MovementKind } from "../../events/movements.ts";
import { movementKindOf, movementKinds } from "../../events/movements.ts";
import { dayNumber, daysInclusive } from "./calendar.ts";
import type { ContractEvent, ContractTerms } from "./contract.ts";
import { termsOf } from "./contract.ts";
import { lastTermsOf, notInForce, partyMisfit, refuseKind } from "./contract-fit.ts";
import { contractSums } from "./contract-sums.ts";
import { amountOf, interestOf, partOf, toUnits } from "./decimal.ts";
import type { DeliveriesAsked } from "./deliveries.ts";
import { deliveriesOfYear } from "./deliveries.ts";
import type { DecidedEvent, Facts } from "./facts.ts";
import { keys, streams } from "./facts.ts";
import { fold } from "./fold.ts";
import type { KindCommand } from "./movement-command.ts";
import { attendanceLeft } from "./programme/attendance.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { SealedText } from "./row.ts";
import { notOfHousehold } from "./things.ts";
import { turningFor } from "./turning.ts";

/** What the limits of movements of one household rest on, by the number of each movement. */
interface HouseholdSums {
  /** What was given back by trade: by whom, for which period, in ten-thousandths of a kilogram. */
  readonly rebates: Map<string, { organisation: string; period: string; units: bigint }>;
  /** Advances, and what was kept back of them, negative: by whom, in fen. */
  readonly advances: Map<string, { organisation: string; fen: bigint }>;
}

const startOfHousehold = (): HouseholdSums => ({ rebates: new Map(), advances: new Map() });

const householdSums = fold(householdEvents, startOfHousehold, {
  HouseholdRegistered: "same",
  HouseholdStatusRecorded: "same",
  MemberRecorded: "same",
  MemberAccountRecorded: "same",
  PayeeAccountRecorded: "same",
  RebatePaid: ({ rebates }, { data }) => {
    const { reference, organisation = "", period = "", quantity = "0" } = data;
    rebates.set(reference, { organisation, period, units: toUnits(quantity, 4) });
  },
  PolicyBenefitPaid: "same",
  SubsidyPaid: "same",
  AwardPaid: "same",
  ReliefPaid: "same",
  TrainingAidPaid: "same",
  MedicalAidPaid: "same",
  HousingAidPaid: "same",
  AdvanceGiven: ({ advances }, { data: { reference, organisation = "", amount } }) => {
    advances.set(reference, { organisation, fen: toUnits(amount, 2) });
  },
  AdvanceDeducted: ({ advances }, { data: { reference, organisation = "", amount } }) => {
    advances.set(reference, { organisation, fen: -toUnits(amount, 2) });
  },
  CostIncurred: "same",
  HouseholdMovementReversed: ({ rebates, advances }, { data }) => {
    rebates.delete(data.reverses);
    advances.delete(data.reverses);
  },
});

function deliveriesAsked({ fields, period = "" }: KindCommand): DeliveriesAsked {
  const { household, organisation = "" } = fields;
  return { household, organisation, year: period.slice(0, 4) };
}

/** Asks for what is looked up for all movements of a batch together. */
export function asksOfKind(command: KindCommand, facts: Facts): void {
  if (movementKindOf(command.type).limit === "kilograms sold") {
    facts.survey(deliveriesOfYear, deliveriesAsked(command));
  }
}

/** A movement as its rules see it. */
interface JudgedMovement {
  readonly kind: MovementKind;
  readonly command: KindCommand;
  /** Undefined where it comes under no contract. */
  readonly terms: ContractTerms | undefined;
  readonly facts: Facts;
}

/**
 * Judges a movement of a kind that `movementKinds` declares, in the contract's order of precedence,
 * and says what it is recorded as.
 */
export function decideByKind(
  command: KindCommand,
  key: string,
  sealed: SealedText | undefined,
  facts: Facts,
): DecidedEvent[] | Refusal {
  const kind = movementKindOf(command.type);
  const { household, organisation, contract } = command.fields;
  // Whatever the row names is asked for before any of it is judged: one look-up, not three.
  const isKnown = facts.known(keys.household(household)) !== undefined;
  const named = organisation === undefined || facts.known(keys.organisation(organisation));
  const signed = contract === undefined ? undefined : facts.known(keys.contract(contract));
  if (!isKnown) {
    return refuse("HouseholdUnknown", "户编号 is not in the register of households", "户编号");
  }
  if (named === undefined) {
    return refuse("OrganisationUnknown", "主体编号 is not in the register", "主体编号");
  }
  if (contract !== undefined && signed === undefined) {
    return refuse("ContractUnknown", "合同编号 is not recorded", "合同编号");
  }
  const terms = signed && termsFor(kind, signed, command.date);
  const misfit = signed && terms && contractMisfit(kind, command, signed, terms);
  if (misfit !== undefined) return misfit;
  const judged = { kind, command, terms, facts };
  const turning = turningFor(command.date, () => household, facts);
  for (const broken of rules) {
    const refusal = turning.turned(broken(judged));
    if (refusal !== undefined) return refusal;
  }
  const { reference, period, voucher, fields, date } = command;
  const { remarks, answered: pack } = turning;
  const said = { ...fields, reference, period, voucher, free: sealed };
  const data = remarks === undefined ? said : { ...said, remarks };
  const stream = streams[kind.stream](kind.stream === "contract" ? (contract ?? "") : household);
  const event = { type: movementKinds[command.type].event, data } as EventOf<MovementEventName>;
  const at = { stream, key, nth: 0, effectiveDate: date };
  return [{ ...event, ...at, ...(pack === undefined ? {} : { pack }) }];
}

function termsFor(kind: MovementKind, contract: ContractEvent, date: string): ContractTerms {
  return kind.mayComeLate === true ? lastTermsOf(contract, date) : termsOf(contract, date);
}

/** Whether the contract fits the movement and was in force when it had to be. */
function contractMisfit(
  kind: MovementKind,
  { date, fields }: KindCommand,
  signed: ContractEvent,
  terms: ContractTerms,
): Refusal | undefined {
  const { household, organisation = "", from, to } = fields;
  if (!(kind.under as readonly string[] | undefined)?.includes(terms.kind)) return refuseKind();
  const party = partyMisfit(terms, { household, organisation });
  if (party !== undefined) return party;
  const isLate = kind.mayComeLate === true && date >= terms.from;
  const notOnDay = isLate ? undefined : notInForce(terms, date);
  if (notOnDay !== undefined || from === undefined || to === undefined) return notOnDay;
  return (
    notInForce(termsOf(signed, from), from, "起始日期") ??
    notInForce(termsOf(signed, to), to, "终止日期")
  );
}

/** What a movement can break beside its contract, in the order of precedence. */
const rules: readonly ((judged: JudgedMovement) => Refusal | undefined)[] = [
  priceNotContract,
  agreementMissing,
  amountMismatch,
  personUnknown,
  quantityExceeded,
  daysPaid,
  advanceExceeded,
  principalExceeded,
  attendanceMissing,
];

function priceNotContract({ kind, command, terms }: JudgedMovement): Refusal | undefined {
  const { price } = command.fields;
  const isByPrice = kind.amount === "share of profit" && terms?.profitShare === undefined;
  if (kind.isAtPrice !== true && !(isByPrice && price !== undefined)) return undefined;
  if (price === terms?.price) return undefined;
  const message = `单价 is not the contract's (${terms?.price ?? ""})`;
  return refuse("PriceNotContract", message, "单价");
}

/** What is shared with an organisation rests on an agreement that says how. */
function agreementMissing({ kind, command }: JudgedMovement): Refusal | undefined {
  if (kind.amount !== "share of total") return undefined;
  const { organisation, total, share, documents } = command.fields;
  if (organisation === undefined) return undefined;
  const lacking = [total === undefined, share === undefined, documents === undefined];
  const column = ["总额", "分成比例", "材料"][lacking.indexOf(true)];
  if (column === undefined) return undefined;
  return refuse("AgreementMissing", `${column} is needed where it is shared with 主体编号`, column);
}

/** What 金额 has to be, and from what it follows; undefined where it is free. */
function amountDue({
  kind,
  command: { fields },
  terms,
}: JudgedMovement): readonly [due: string | undefined, by: string] | undefined {
  const { quantity, price, profit, total, share, organisation, from, to } = fields;
  const priced =
    quantity === undefined || price === undefined ? undefined : amountOf(quantity, price);
  switch (kind.amount) {
    case "quantity × price":
      return [priced, "数量 × 单价"];
    case "share of profit": {
      const part = terms?.profitShare;
      if (part === undefined) return [priced, "数量 × 单价"];
      return [profit === undefined ? undefined : partOf(profit, part), "利润 × 分成比例"];
    }
    case "interest": {
      const { principal, rate, yearDays } = terms ?? {};
      if (principal === undefined || rate === undefined || yearDays === undefined) {
        throw new Error("a contract of fixed return has a principal and a rate");
      }
      if (from === undefined || to === undefined) throw new Error("parsed: both days");
      const due = interestOf(principal, rate, daysInclusive(from, to), Number(yearDays));
      return [due, "本金 × 年利率 × 天数 ÷ 计息基础"];
    }
    case "share of total":
      if (organisation === undefined || total === undefined || share === undefined)
        return undefined;
      return [partOf(total, share), "总额 × 分成比例"];
    case "free":
      return undefined;
  }
}

function amountMismatch(judged: JudgedMovement): Refusal | undefined {
  const found = amountDue(judged);
  if (found === undefined) return undefined;
  const [due, by] = found;
  if (due === judged.command.fields.amount) return undefined;
  const message =
    due === undefined
      ? `金额 follows from ${by}, of which something is missing`
      : `金额 is not ${by}, half up to the fen (${due})`;
  return refuse("AmountMismatch", message, "金额");
}

function personUnknown({ command, facts }: JudgedMovement): Refusal | undefined {
  const { person, household } = command.fields;
  const message = person !== undefined && notOfHousehold(person, household, facts);
  return message === false ? undefined : refuse("PersonUnknown", message, "人编号");
}

/** No more goes back by trade than was sold: with what went back before it for the same period. */
function quantityExceeded({ kind, command, facts }: JudgedMovement): Refusal | undefined {
  if (kind.limit !== "kilograms sold") return undefined;
  const { household, organisation, quantity = "0" } = command.fields;
  let rebated = toUnits(quantity, 4);
  for (const before of facts.state(householdSums, streams.household(household)).rebates.values()) {
    if (before.organisation !== organisation || before.period !== command.period) continue;
    rebated += before.units;
  }
  const found = facts.survey(deliveriesOfYear, deliveriesAsked(command));
  if (found === undefined) return undefined;
  const reversed = new Set(found.reversed);
  let sold = 0n;
  for (const [reference, kilograms] of Object.entries(found.kilograms)) {
    if (!reversed.has(reference)) sold += toUnits(kilograms, 4);
  }
  if (rebated <= sold) return undefined;
  const message = "数量, with what went back for this 所属期 before, is more than was sold in it";
  return refuse("QuantityExceeded", message, "数量");
}

function daysPaid({ kind, command, facts }: JudgedMovement): Refusal | undefined {
  const { from, to, contract = "" } = command.fields;
  if (kind.limit !== "days unpaid" || from === undefined || to === undefined) return undefined;
  const [first, last] = [dayNumber(from), dayNumber(to)];
  const { paidDays } = facts.state(contractSums, streams.contract(contract));
  for (const [paidFrom, paidTo] of paidDays.values()) {
    if (paidFrom > last || paidTo < first) continue;
    return refuse("DaysPaid", "a day of it was paid under this contract before", "起始日期");
  }
  return undefined;
}

function advanceExceeded({ kind, command, facts }: JudgedMovement): Refusal | undefined {
  if (kind.limit !== "advance owed") return undefined;
  const { household, organisation, amount } = command.fields;
  let owed = 0n;
  for (const one of facts.state(householdSums, streams.household(household)).advances.values()) {
    if (one.organisation === organisation) owed += one.fen;
  }
  if (toUnits(amount, 2) <= owed) return undefined;
  return refuse("AdvanceExceeded", "金额 is more than is still owed to 主体编号", "金额");
}

function principalExceeded({ kind, command, terms, facts }: JudgedMovement): Refusal | undefined {
  if (kind.limit !== "principal") return undefined;
  const { contract = "", amount } = command.fields;
  if (terms?.principal === undefined) throw new Error("such a contract has a principal");
  let returned = toUnits(amount, 2);
  const sums = facts.state(contractSums, streams.contract(contract));
  for (const before of sums.returned.values()) returned += before;
  if (returned <= toUnits(terms.principal, 2)) return undefined;
  const message = `金额, with what was returned before, is more than 本金 (${terms.principal})`;
  return refuse("PrincipalExceeded", message, "金额");
}

/**
 * No more is paid at a post than was attended, with what was paid for before: by the household, and
 * by the person where one is named.
 */
function attendanceMissing({ kind, command, facts }: JudgedMovement): Refusal | undefined {
  if (kind.limit !== "attendance") return undefined;
  const { household, person, contract = "", quantity = "0" } = command.fields;
  const left = attendanceLeft({ household, person, contract }, facts, command.date);
  const units = toUnits(quantity, 4);
  if (left.every((one) => units <= one)) return undefined;
  const message = "数量, with what was paid before, is more than was attended by 业务日期";
  return refuse("AttendanceMissing", message, "数量");
}
