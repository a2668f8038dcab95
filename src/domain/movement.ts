import { createHash } from "node:crypto";
import { canonical } from "../encoding/canonical.ts";
import { termsOf } from "./contract.ts";
import { amountOf, isBelow, sharesFor, sumMoney } from "./decimal.ts";
import type { DividendLine } from "./dividend.ts";
import { dividendRule, dividePool } from "./dividend.ts";
import type { ContractTerms, DecidedEvent, Facts, KnownEvent } from "./facts.ts";
import { keys, onces, streams } from "./facts.ts";
import type {
  DividendCommand,
  MovementCommand,
  PaymentCommand,
  PaymentLeg,
  ReversalCommand,
  SharesCommand,
} from "./movement-command.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { SealedText } from "./row.ts";

/**
 * Lines in one event; longer lists continue in events before it (1 MiB is EventStoreDB's limit).
 */
export const linesMax = 500;

const paymentTypes = { rent: "RentPaid", order: "ProducePurchased", wage: "WagePaid" } as const;
const paymentKinds = { rent: "lease", order: "order", wage: "labour" } as const;

/**
 * Judges one movement against what is recorded, in the contract's order of precedence. No events:
 * it is already recorded with the same content. Pure: the same command and facts give the same
 * answer.
 */
export function decideMovement(
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
  switch (command.type) {
    case "shares":
      return decideShares(command, key, sealed, facts);
    case "rent":
    case "order":
    case "wage":
      return decidePayment(command, key, sealed, facts);
    case "dividend":
      return decideDividend(command, sealed, facts);
    case "reversal":
      return decideReversal(command, sealed, facts);
  }
}

/** Whether a recorded movement says what this row says; unknown columns do not count. */
function sameContent(
  recorded: KnownEvent,
  command: MovementCommand,
  sealed: SealedText | undefined,
): boolean {
  const said = statedBy(recorded);
  if (said === undefined) throw new Error("a movement key holds a movement");
  const { type, date, period, voucher, free: _free, reference: _reference, ...own } = command;
  if (said.type !== type || recorded.effectiveDate !== date) return false;
  const { data } = said;
  if (data.period !== period || data.voucher !== voucher) return false;
  if (data.free?.fingerprint !== sealed?.fingerprint) return false;
  const fields: Record<string, unknown> = data;
  for (const [name, value] of Object.entries(own)) {
    if (fields[name === "original" ? "reverses" : name] !== value) return false;
  }
  return true;
}

function statedBy(event: KnownEvent) {
  switch (event.type) {
    case "SharesIssuedForCapital":
      return { type: "shares", data: event.data } as const;
    case "RentPaid":
      return { type: "rent", data: event.data } as const;
    case "ProducePurchased":
      return { type: "order", data: event.data } as const;
    case "WagePaid":
      return { type: "wage", data: event.data } as const;
    case "DividendDeclared":
      return { type: "dividend", data: event.data } as const;
    case "PaymentReversed":
    case "ShareIssueReversed":
    case "DividendReversed":
      return { type: "reversal", data: event.data } as const;
    case "LedgerOpened":
    case "HouseholdRegistered":
    case "HouseholdStatusRecorded":
    case "MemberRecorded":
    case "PayeeAccountRecorded":
    case "OrganisationRegistered":
    case "OrganisationDetailsCorrected":
    case "ContractSigned":
    case "ShareContractSigned":
    case "DividendLinesListed":
      return undefined;
  }
}

/** The terms of the contract, or the first of the things a movement refers to that is not known. */
function termsOrUnknown(
  command: SharesCommand | PaymentCommand,
  facts: Facts,
): ContractTerms | Refusal {
  const contract = facts.known(keys.contract(command.contract));
  const terms = termsOf(contract);
  // Nobody could sign for a household or an organisation that was not in its register.
  if (terms?.household === command.household && terms.organisation === command.organisation) {
    return terms;
  }
  if (facts.known(keys.household(command.household)) === undefined) {
    return refuse("HouseholdUnknown", "户编号 is not in the register of households", "户编号");
  }
  if (facts.known(keys.organisation(command.organisation)) === undefined) {
    return refuse("OrganisationUnknown", "主体编号 is not in the register", "主体编号");
  }
  if (contract === undefined) {
    return refuse("ContractUnknown", "合同编号 is not recorded", "合同编号");
  }
  if (terms === undefined) throw new Error("a contract key holds a contract");
  return terms;
}

/** Whether the contract fits the movement and was in force on its day. */
function contractMisfit(
  terms: ContractTerms,
  command: SharesCommand | PaymentCommand,
  kind: ContractTerms["kind"],
): Refusal | undefined {
  if (terms.kind !== kind) {
    const message = "the contract's 合同类型 does not fit the 业务类型";
    return refuse("ContractMismatch", message, "合同编号");
  }
  if (terms.organisation !== command.organisation) {
    return refuse("ContractMismatch", "the contract is with another 主体编号", "主体编号");
  }
  if (terms.household !== undefined && terms.household !== command.household) {
    return refuse("ContractMismatch", "the contract is with another 户编号", "户编号");
  }
  if (command.type === "shares" && terms.register !== command.register) {
    return refuse("ContractMismatch", "the contract names another 股权登记簿", "股权登记簿");
  }
  if (command.date < terms.from || (terms.to !== undefined && command.date > terms.to)) {
    const until = terms.to === undefined ? "on" : `to ${terms.to}`;
    const message = `the contract is in force from ${terms.from} ${until}`;
    return refuse("ContractNotInForce", message, "业务日期");
  }
  return undefined;
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
  const { household, organisation, contract, capital } = command;
  // Written out, members in canonical order, as in a payment.
  const data = {
    amount,
    capital,
    contract,
    free: sealed,
    household,
    organisation,
    period: command.period,
    reference: command.reference,
    register,
    shares,
    voucher: command.voucher,
  };
  return [
    {
      stream: streams.register(register),
      type: "SharesIssuedForCapital",
      key,
      nth: 0,
      data,
      effectiveDate: command.date,
    },
  ];
}

function decidePayment(
  command: PaymentCommand,
  key: string,
  sealed: SealedText | undefined,
  facts: Facts,
): DecidedEvent[] | Refusal {
  const terms = termsOrUnknown(command, facts);
  if ("code" in terms) return terms;
  const misfit = contractMisfit(terms, command, paymentKinds[command.type]);
  if (misfit !== undefined) return misfit;
  const { household, organisation, contract, quantity, price, amount } = command;
  if (command.type !== "order" && terms.price !== price) {
    const message = `单价 is not the contract's (${terms.price ?? ""})`;
    return refuse("PriceNotContract", message, "单价");
  }
  if (
    command.type === "order" &&
    terms.floorPrice !== undefined &&
    isBelow(price, terms.floorPrice)
  ) {
    return refuse("PriceBelowFloor", `单价 is below 保护价 (${terms.floorPrice})`, "单价");
  }
  const due = amountOf(quantity, price);
  if (due !== amount) {
    return refuse("AmountMismatch", `金额 is not 数量 × 单价, half up to the fen (${due})`, "金额");
  }
  // Written out, members in canonical order: the hot path of every bulk import.
  const data = {
    amount,
    contract,
    free: sealed,
    household,
    organisation,
    period: command.period,
    price,
    quantity,
    reference: command.reference,
    voucher: command.voucher,
  };
  return [
    {
      stream: streams.contract(terms.contract),
      type: paymentTypes[command.type],
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
  if (facts.known(keys.organisation(organisation)) === undefined) {
    return refuse("OrganisationUnknown", "主体编号 is not in the register", "主体编号");
  }
  const opened = termsOf(facts.first(onces.registerOpened(register)));
  if (opened === undefined) {
    return refuse("RegisterUnknown", "股权登记簿 is not named by any 入股 contract", "股权登记簿");
  }
  if (opened.organisation !== organisation) {
    return refuse("ContractMismatch", "股权登记簿 is another entity's", "股权登记簿");
  }
  const lines = dividePool(pool, facts.holdings(register, date));
  if (lines.length === 0) {
    return refuse("NoShares", "nobody holds shares of 股权登记簿 on 业务日期", "股权登记簿");
  }
  const { earlier, closing } = splitList(command, streams.register(register), lines, facts);
  const data = { ...told(command, sealed), organisation, register, pool, ...closing };
  const at = recordedAs(command, streams.register(register));
  return [
    ...earlier,
    { ...at, type: "DividendDeclared", data: { ...data, rule: dividendRule, reference } },
  ];
}

function decideReversal(
  command: ReversalCommand,
  sealed: SealedText | undefined,
  facts: Facts,
): DecidedEvent[] | Refusal {
  const original = facts.known(keys.movement(command.original));
  const reversal = original === undefined ? null : reversalOf(command, sealed, original, facts);
  if (original === undefined || reversal === null) {
    const message = "原业务编号 is not a recorded movement that can be taken back";
    return refuse("OriginalUnknown", message, "原业务编号");
  }
  if (original.effectiveDate > command.date) {
    return refuse("OriginalUnknown", "原业务编号 is dated later than this row", "业务日期");
  }
  if (facts.first(onces.movementReversed(command.original)) !== undefined) {
    return refuse("AlreadyReversed", "原业务编号 has been taken back already", "原业务编号");
  }
  return reversal;
}

/** The events that take `original` back, null when it is itself a reversal. */
function reversalOf(
  command: ReversalCommand,
  sealed: SealedText | undefined,
  original: KnownEvent,
  facts: Facts,
): DecidedEvent[] | null {
  const said = statedBy(original);
  if (said === undefined || said.type === "reversal") return null;
  const common = { ...told(command, sealed), reverses: command.original };
  const once = onces.movementReversed(command.original);
  if (said.type === "shares") {
    const { household, organisation, contract, register, amount, shares } = said.data;
    const at = recordedAs(command, streams.register(register), once);
    const data = { ...common, household, organisation, contract, register, amount, shares };
    return [{ ...at, type: "ShareIssueReversed", data }];
  }
  if (said.type === "dividend") {
    const { organisation, register, pool, lines } = said.data;
    const stream = streams.register(register);
    const { earlier, closing } = splitList(command, stream, lines, facts);
    const data = { ...common, organisation, register, pool, ...closing };
    return [...earlier, { ...recordedAs(command, stream, once), type: "DividendReversed", data }];
  }
  const leg: PaymentLeg = said.type;
  const { household, organisation, contract, amount } = said.data;
  const at = recordedAs(command, streams.contract(contract), once);
  const data = { ...common, leg, household, organisation, contract, amount };
  return [{ ...at, type: "PaymentReversed", data }];
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

/** Cuts a list into events that fit any engine; the last part travels in the closing event. */
function splitList(
  command: MovementCommand,
  stream: string,
  lines: readonly DividendLine[],
  facts: Facts,
) {
  const { reference, date } = command;
  const key = keys.list(reference);
  const earlier = Math.ceil(lines.length / linesMax) - 1;
  const parts = Array.from({ length: earlier }, (_, part): DecidedEvent => {
    const slice = lines.slice(part * linesMax, (part + 1) * linesMax);
    return {
      stream,
      key,
      // What a crash left of an earlier attempt stays in the log and means nothing.
      nth: facts.count(key) + part,
      effectiveDate: date,
      type: "DividendLinesListed",
      data: { list: reference, lines: slice },
    };
  });
  const closing = {
    list: reference,
    earlier,
    lines: lines.slice(earlier * linesMax),
    count: lines.length,
    sum: sumMoney(lines.map((line) => line.amount)),
    linesHash: hashLines(lines),
  };
  return { earlier: parts, closing };
}

/** SHA-256, hex, over the canonical encoding of the lines of a list, in order. */
export function hashLines(lines: readonly DividendLine[]): string {
  return createHash("sha256").update(canonical(lines)).digest("hex");
}
