import type { EventsUnder } from "../../events/index.ts";
import type { PaidLegName, PaymentEventName } from "../../events/legs.ts";
import { legs, paidLegNames } from "../../events/legs.ts";
import type { MovementEventName, MovementKindName } from "../../events/movements.ts";
import { movementKindNames, movementKinds } from "../../events/movements.ts";
import type { ShareEventName, ShareKindName } from "../../events/share-movements.ts";
import { recordedShareKind, shareKindNames, shareKinds } from "../../events/share-movements.ts";
import type { ContractTerms } from "./contract.ts";
import { termsOf } from "./contract.ts";
import { notInForce, partyMisfit, refuseKind } from "./contract-fit.ts";
import { amountOf, asMoney, isBelow, parsePositive, sharesFor } from "./decimal.ts";
import { changesBy, dividendRule, dividePool, heldOn, holdings, leavesLess } from "./dividend.ts";
import type { DecidedEvent, Facts, KnownEvent } from "./facts.ts";
import { keys, onces, streams } from "./facts.ts";
import type { DecideContext, Kind } from "./kind.ts";
import { listOf } from "./list.ts";
import type {
  DividendCommand,
  MovementCommand,
  MovementType,
  PaymentCommand,
  ReversalCommand,
  SharesCommand,
} from "./movement-command.ts";
import { movementColumns, movementTypes, parseMovement } from "./movement-command.ts";
import { asksOfKind, decideByKind } from "./movement-by-kind.ts";
import { decideLoss } from "./loss.ts";
import { refuseClosed } from "./period.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import { remarkOnOpenText } from "./remark.ts";
import type { SealedText } from "./row.ts";
import { sealText } from "./sealing.ts";
import { capitalTurned, loanUnknown } from "./share-capital.ts";
import { asksOfShares, decideShareMovement, tooFewShares, waitsForAll } from "./share-movement.ts";
import { notOfHousehold } from "./things.ts";
import { turningFor } from "./turning.ts";

/** Rows of movements.csv: one thing that happened. The hot path, written by hand. */
export const movements: Kind<MovementCommand> = {
  name: "movements",
  summary: `Record a movement: ${Object.keys(movementTypes).join(", ")}`,
  right: "record",
  columns: movementColumns,
  idColumn: movementColumns.reference.column,
  isFile: true,
  mostlyNew: true,
  surveysFor: waitsForAll,
  parse: parseMovement,
  decide: (command, context) => {
    const { free } = command;
    if (free === undefined) return decideMovement(command, undefined, context.facts);
    return decideWithNotes(command, context);
  },
  asksAhead: (command, facts) => {
    if (command.type === "reversal") originalOf(command, facts);
    else if ("fields" in command) asksOfKind(command, facts);
    else if ("moves" in command) asksOfShares(command, facts);
  },
  remarks: ({ period, voucher }) => [
    ...remarkOnOpenText(movementColumns.period.column, period),
    ...remarkOnOpenText(movementColumns.voucher.column, voucher),
  ],
  examples: [
    {
      reference: "YW-0000001",
      type: "rent",
      date: "2026-03-31",
      household: "5399990010000001",
      organisation: "ORG-001",
      contract: "HT-00001",
      quantity: "5.91",
      price: "300",
      amount: "1773.00",
      period: "2026",
      voucher: "PZ001",
    },
    { reference: "YW-0000002", type: "reversal", date: "2026-04-02", original: "YW-0000001" },
  ],
};

function decideWithNotes(
  command: MovementCommand,
  { facts, sealing }: DecideContext,
): DecidedEvent[] | Refusal {
  const named = householdIn(command);
  const isKnown = named !== undefined && facts.known(keys.household(named)) !== undefined;
  const text = sealText(command.free, isKnown ? named : undefined, sealing);
  const decided = decideMovement(command, text?.sealed, facts);
  if (text !== undefined && Array.isArray(decided) && decided.length > 0) sealing.keep(text.item);
  return decided;
}

/** The household that a movement names. */
function householdIn(command: MovementCommand): string | undefined {
  if ("household" in command) return command.household;
  if ("fields" in command) return command.fields.household;
  return "moves" in command ? command.moves.household : undefined;
}

/** Judges one movement against what is recorded, in the contract's order of precedence. */
function decideMovement(
  command: MovementCommand,
  sealed: SealedText | undefined,
  facts: Facts,
): DecidedEvent[] | Refusal {
  const key = keys.movement(command.reference);
  const recorded = facts.own(key);
  if (recorded !== undefined) {
    if (sameContent(recorded, command, sealed)) return [];
    return refuse("ReferenceConflict", "业务编号 is recorded with other content", "业务编号");
  }
  const closed = refuseClosed(command.date, facts);
  if (closed !== undefined) return closed;
  if (command.type === "shares") return decideShares(command, key, sealed, facts);
  if (command.type === "dividend") return decideDividend(command, sealed, facts);
  if (command.type === "reversal") return decideReversal(command, sealed, facts);
  if ("fields" in command) return decideByKind(command, key, sealed, facts);
  if ("moves" in command) return decideShareMovement(command, key, sealed, facts);
  if (command.type === "loss") return decideLoss(command, key, sealed, facts);
  return decidePayment(command, key, sealed, facts);
}

type RecordedMovement = KnownEvent<EventsUnder<"movement">>;

/** Whether a recorded movement has the content of this row; unknown columns do not count. */
function sameContent(
  recorded: RecordedMovement,
  command: MovementCommand,
  sealed: SealedText | undefined,
): boolean {
  const { type, date, period, voucher, free: _free, reference: _reference, ...rest } = command;
  const own = "fields" in rest ? rest.fields : "moves" in rest ? rest.moves : rest;
  if (stated[recorded.type] !== type || recorded.effectiveDate !== date) return false;
  const { data } = recorded;
  if (data.period !== period || data.voucher !== voucher) return false;
  if (data.free?.fingerprint !== sealed?.fingerprint) return false;
  const fields: Readonly<Record<string, unknown>> = data;
  for (const [name, value] of Object.entries(own)) {
    if (fields[name === "original" ? "reverses" : name] !== value) return false;
  }
  return true;
}

/** What each event under a movement's key was recorded for. */
const stated: Readonly<Record<EventsUnder<"movement">, MovementType>> = {
  ...paymentTypes(),
  SharesIssuedForCapital: "shares",
  DividendDeclared: "dividend",
  ...kindTypes(),
  ...shareTypes(),
  LossRecorded: "loss",
  PaymentReversed: "reversal",
  HouseholdMovementReversed: "reversal",
  ShareIssueReversed: "reversal",
  ShareMovementReversed: "reversal",
  DividendReversed: "reversal",
  LossReversed: "reversal",
};

function paymentTypes(): Record<PaymentEventName, PaidLegName> {
  const types = paidLegNames.map((leg) => [legs[leg].paid.event, leg]);
  return Object.fromEntries(types) as Record<PaymentEventName, PaidLegName>;
}

function kindTypes(): Record<MovementEventName, MovementKindName> {
  const types = movementKindNames.map((name) => [movementKinds[name].event, name]);
  return Object.fromEntries(types) as Record<MovementEventName, MovementKindName>;
}

function shareTypes(): Record<ShareEventName, ShareKindName> {
  const types = shareKindNames.map((name) => [shareKinds[name].event, name]);
  return Object.fromEntries(types) as Record<ShareEventName, ShareKindName>;
}

/** The terms of the contract, or the refusal for the first id of the movement that is not known. */
function termsOrUnknown(
  command: SharesCommand | PaymentCommand,
  facts: Facts,
): ContractTerms | Refusal {
  const contract = facts.known(keys.contract(command.contract));
  const terms = contract && termsOf(contract, command.date);
  // Terms can only be recorded with a household and an organisation of the registers.
  if (terms?.household === command.household && terms.organisation === command.organisation) {
    return terms;
  }
  if (facts.known(keys.household(command.household)) === undefined) {
    return refuse("HouseholdUnknown", "户编号 is not in the register of households", "户编号");
  }
  if (facts.known(keys.organisation(command.organisation)) === undefined) {
    return refuse("OrganisationUnknown", "主体编号 is not in the register", "主体编号");
  }
  return terms ?? refuse("ContractUnknown", "合同编号 is not recorded", "合同编号");
}

/** Whether the contract fits the movement and was in force on its day. */
function contractMisfit(
  terms: ContractTerms,
  command: SharesCommand | PaymentCommand,
  kind: ContractTerms["kind"],
): Refusal | undefined {
  if (terms.kind !== kind) return refuseKind();
  const misfit = partyMisfit(terms, command);
  if (misfit !== undefined) return misfit;
  if (command.type === "shares" && terms.register !== command.register) {
    return refuse("ContractMismatch", "the contract names another 股权登记簿", "股权登记簿");
  }
  return notInForce(terms, command.date);
}

function decideShares(
  command: SharesCommand,
  key: string,
  sealed: SealedText | undefined,
  facts: Facts,
): DecidedEvent[] | Refusal {
  const terms = termsOrUnknown(command, facts);
  if ("code" in terms) return terms;
  const { register, amount } = command;
  if (facts.first(onces.registerOpened(register)) === undefined) {
    return refuse("RegisterUnknown", "股权登记簿 is not named by any 入股 contract", "股权登记簿");
  }
  const misfit = contractMisfit(terms, command, "shares");
  if (misfit !== undefined) return misfit;
  if (terms.parValue === undefined) throw new Error("a share contract has a par value");
  const shares = sharesFor(amount, terms.parValue);
  if (shares === null) {
    const message = `金额 ÷ 每股金额 (${terms.parValue}) is not exact to 4 decimals`;
    return refuse("SharesNotExact", message, "金额");
  }
  const { household, organisation, contract, capital, loan, documents } = command;
  const unknown = loanUnknown(loan, facts);
  if (unknown !== undefined) return unknown;
  // Asked only where it may be broken: most rows of a file are of a thing with its papers.
  const turning = turningFor(command.date, () => household, facts);
  const turned = capitalTurned(command, terms, facts, turning);
  if (turned !== undefined) return turned;
  const { remarks, answered: pack } = turning;
  // Written out, members in canonical order, as in a payment.
  const data = {
    amount,
    capital,
    contract,
    documents,
    free: sealed,
    household,
    loan,
    organisation,
    period: command.period,
    reference: command.reference,
    register,
    remarks,
    shares,
    voucher: command.voucher,
  };
  const event = {
    stream: streams.register(register),
    type: "SharesIssuedForCapital",
    key,
    nth: 0,
    data,
    effectiveDate: command.date,
  } as const;
  return [pack === undefined ? event : { ...event, pack }];
}

function decidePayment(
  command: PaymentCommand,
  key: string,
  sealed: SealedText | undefined,
  facts: Facts,
): DecidedEvent[] | Refusal {
  const terms = termsOrUnknown(command, facts);
  if ("code" in terms) return terms;
  const { under, price: rule, event } = legs[command.type].paid;
  const misfit = contractMisfit(terms, command, under);
  if (misfit !== undefined) return misfit;
  const { household, organisation, contract, quantity, price, amount, person } = command;
  if (rule === "theContracts" && terms.price !== price) {
    const message = `单价 is not the contract's (${terms.price ?? ""})`;
    return refuse("PriceNotContract", message, "单价");
  }
  if (
    rule === "atLeastTheFloor" &&
    terms.floorPrice !== undefined &&
    isBelow(price, terms.floorPrice)
  ) {
    return refuse("PriceBelowFloor", `单价 is below 保护价 (${terms.floorPrice})`, "单价");
  }
  const due = amountOf(quantity, price);
  if (due !== amount) {
    return refuse("AmountMismatch", `金额 is not 数量 × 单价, half up to the fen (${due})`, "金额");
  }
  const noPerson = person !== undefined && notOfHousehold(person, household, facts);
  if (noPerson !== false) return refuse("PersonUnknown", noPerson, "人编号");
  // Written out, members in canonical order: the hot path of every bulk import.
  const data = {
    amount,
    branch: command.branch,
    contract,
    free: sealed,
    household,
    organisation,
    period: command.period,
    person,
    price,
    quantity,
    reference: command.reference,
    voucher: command.voucher,
  };
  return [
    {
      stream: streams.contract(terms.contract),
      type: event,
      key,
      nth: 0,
      data,
      effectiveDate: command.date,
    },
  ];
}

function decideDividend(
  command: DividendCommand,
  sealed: SealedText | undefined,
  facts: Facts,
): DecidedEvent[] | Refusal {
  const { organisation, register, pool, date, reference } = command;
  const stream = streams.register(register);
  // Whatever the row names is asked for before any of it is judged: one look-up, not three.
  const owner = facts.known(keys.organisation(organisation));
  const opened = facts.first(onces.registerOpened(register));
  const held = facts.state(holdings, stream);
  if (owner === undefined) {
    return refuse("OrganisationUnknown", "主体编号 is not in the register", "主体编号");
  }
  if (opened === undefined) {
    return refuse("RegisterUnknown", "股权登记簿 is not named by any 入股 contract", "股权登记簿");
  }
  if (opened.data.organisation !== organisation) {
    return refuse("ContractMismatch", "股权登记簿 is another entity's", "股权登记簿");
  }
  const { households, organisations } = heldOn(held, date);
  const lines = dividePool(pool, households, organisations);
  if (lines.length === 0) {
    return refuse("NoShares", "nobody holds shares of 股权登记簿 on 业务日期", "股权登记簿");
  }
  const own = { ...told(command, sealed), organisation, register, pool };
  const data = { ...own, ...listOf(reference, lines), rule: dividendRule, reference } as const;
  return [{ ...recordedAs(command, stream), type: "DividendDeclared", data }];
}

function originalOf({ original }: ReversalCommand, facts: Facts) {
  return {
    original: facts.known(keys.movement(original)),
    reversed: facts.first(onces.movementReversed(original)),
  };
}

function decideReversal(
  command: ReversalCommand,
  sealed: SealedText | undefined,
  facts: Facts,
): DecidedEvent[] | Refusal {
  const { original, reversed } = originalOf(command, facts);
  const reversal = original && reversalOf(command, sealed, original);
  if (original === undefined || reversal === undefined) {
    const message = "原业务编号 is not a recorded movement that can be taken back";
    return refuse("OriginalUnknown", message, "原业务编号");
  }
  if (original.effectiveDate > command.date) {
    return refuse("OriginalUnknown", "原业务编号 is dated later than this row", "业务日期");
  }
  const misfit = originalMisfit(command, original);
  if (misfit !== undefined) return misfit;
  if (reversed !== undefined) {
    return refuse("AlreadyReversed", "原业务编号 has been taken back already", "原业务编号");
  }
  return takesTooMany(reversal, facts) ? tooFewShares("原业务编号") : [reversal];
}

/** Whether a reversal would leave somebody with fewer than no shares. */
function takesTooMany(reversal: DecidedEvent, facts: Facts): boolean {
  const { type, data, stream, effectiveDate } = reversal;
  if (type !== "ShareIssueReversed" && type !== "ShareMovementReversed") return false;
  const does = type === "ShareIssueReversed" ? "issues" : recordedShareKind(data.movement).does;
  const back = changesBy(does, data).map(([holder, units]) => [holder, -units] as const);
  return leavesLess(facts.state(holdings, stream), effectiveDate, back);
}

/**
 * What a row names of the movement that it takes back has to be that movement's own. A dividend has
 * no household: who names one means a part of it, and a reversal takes the whole back.
 */
function originalMisfit(
  { free }: ReversalCommand,
  { data }: RecordedMovement,
): Refusal | undefined {
  if (free === undefined) return undefined;
  const { household, organisation, contract, amount } = movementColumns;
  const own: Readonly<Record<string, unknown>> = data;
  for (const [name, { column }] of Object.entries({ household, organisation, contract })) {
    const filled = free.compared[column];
    if (filled === undefined || filled === own[name]) continue;
    const message = `${column} is not that of 原业务编号`;
    return refuse("ContractMismatch", message, column);
  }
  const filled = free.compared[amount.column];
  if (filled === undefined) return undefined;
  const parsed = parsePositive(filled, 2);
  const whole = String(own["pool"] ?? own["amount"]);
  if (parsed !== null && asMoney(parsed) === whole) return undefined;
  const message = `金额 is not that of 原业务编号, which is taken back whole (${whole})`;
  return refuse("AmountMismatch", message, amount.column);
}

/** The event that takes `original` back, undefined where that is itself a reversal. */
function reversalOf(
  command: ReversalCommand,
  sealed: SealedText | undefined,
  original: RecordedMovement,
): DecidedEvent | undefined {
  const common = { ...told(command, sealed), reverses: command.original };
  const once = onces.movementReversed(command.original);
  if (original.type === "SharesIssuedForCapital") {
    const { household, organisation, contract, register, amount, shares } = original.data;
    const at = recordedAs(command, streams.register(register), once);
    const data = { ...common, household, organisation, contract, register, amount, shares };
    return { ...at, type: "ShareIssueReversed", data };
  }
  if (original.type === "DividendDeclared") {
    const { organisation, register, pool, lines } = original.data;
    const at = recordedAs(command, streams.register(register), once);
    const list = listOf(command.reference, lines);
    const data = { ...common, organisation, register, pool, ...list };
    return { ...at, type: "DividendReversed", data };
  }
  if (original.type === "LossRecorded") {
    const { organisation, amount, project, asset } = original.data;
    const at = recordedAs(command, streams.organisation(organisation), once);
    const data = { ...common, organisation, amount, project, asset };
    return { ...at, type: "LossReversed", data };
  }
  if (isReversal(original)) return undefined;
  if (isOfShares(original)) return shareReversal(command, common, original);
  const movement = movementOf(original.type);
  const { household, organisation, contract, amount } = original.data;
  const whose = { ...common, household, amount };
  if (movement !== undefined && movementKinds[movement].stream === "household") {
    const at = recordedAs(command, streams.household(household), once);
    const data = { ...whose, movement, organisation, contract };
    return { ...at, type: "HouseholdMovementReversed", data };
  }
  if (organisation === undefined || contract === undefined) {
    throw new Error("what stands in the stream of a contract names it and its organisation");
  }
  const at = recordedAs(command, streams.contract(contract), once);
  const leg = movement === undefined ? stated[original.type] : movementKinds[movement].leg;
  const data = { ...whose, leg, movement, organisation, contract };
  return { ...at, type: "PaymentReversed", data };
}

function shareReversal(
  command: ReversalCommand,
  common: ReturnType<typeof told> & { readonly reverses: string },
  { type, data: original }: KnownEvent<ShareEventName>,
): DecidedEvent {
  const { household, shareholder, organisation, contract, register } = original;
  const { shares, amount, asset, parValue, toHousehold, toShareholder } = original;
  const whose = { household, shareholder, organisation, contract, register };
  const moved = { shares, amount, asset, parValue, toHousehold, toShareholder };
  const once = onces.movementReversed(command.original);
  const at = recordedAs(command, streams.register(register), once);
  const data = { ...common, ...whose, ...moved, movement: stated[type] };
  return { ...at, type: "ShareMovementReversed", data };
}

function isOfShares(event: RecordedMovement): event is KnownEvent<ShareEventName> {
  return stated[event.type] in shareKinds;
}

/** The kind of movement that an event records; undefined where it is one of the hot path. */
function movementOf(type: EventsUnder<"movement">): MovementKindName | undefined {
  const name = stated[type];
  return name in movementKinds ? (name as MovementKindName) : undefined;
}

function isReversal(
  event: RecordedMovement,
): event is KnownEvent<
  | "PaymentReversed"
  | "HouseholdMovementReversed"
  | "ShareIssueReversed"
  | "ShareMovementReversed"
  | "DividendReversed"
  | "LossReversed"
> {
  return stated[event.type] === "reversal";
}

function recordedAs(command: MovementCommand, stream: string, once?: string) {
  const key = keys.movement(command.reference);
  const at = { stream, key, nth: 0, effectiveDate: command.date };
  return once === undefined ? at : { ...at, once };
}

function told(command: MovementCommand, free: SealedText | undefined) {
  const { reference, period, voucher } = command;
  return { reference, period, voucher, free };
}
