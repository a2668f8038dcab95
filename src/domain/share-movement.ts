import type { EventOf } from "../../events/index.ts";
import type { ShareEventName, ShareKind } from "../../events/share-movements.ts";
import { shareKindOf, shareKinds } from "../../events/share-movements.ts";
import type { ContractTerms } from "./contract.ts";
import { termsOf } from "./contract.ts";
import { lastTermsOf, notInForce, partyMisfit, refuseKind } from "./contract-fit.ts";
import { amountOf, sharesFor, toUnits } from "./decimal.ts";
import { divisionOf } from "./distribution/division.ts";
import { changesBy, holdings, leavesLess } from "./dividend.ts";
import type { DecidedEvent, Facts } from "./facts.ts";
import { keys, onces, streams } from "./facts.ts";
import type { ShareMovementCommand } from "./movement-command.ts";
import { assetStateOn } from "./programme/asset-state.ts";
import { hasOpenDispute } from "./programme/case-state.ts";
import { countingNaming, programmeOf, standingRow } from "./programme/programme.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { SealedText } from "./row.ts";
import { capitalTurned, loanUnknown } from "./share-capital.ts";
import type { DividendsAsked } from "./share-surveys.ts";
import { dividendsLeft, quantifiedOf, worthOf } from "./share-surveys.ts";
import type { Turning } from "./turning.ts";
import { turningFor } from "./turning.ts";

/** Whether its rules ask a survey that wants all before it recorded. */
export function waitsForAll({ type }: { readonly type: string }): boolean {
  return type === "increase" || type === "quantification";
}

function dividendsAsked({ moves }: ShareMovementCommand): DividendsAsked {
  return { household: moves.household ?? "", organisation: moves.organisation };
}

/** Asks for what is looked up for all movements of a batch together. */
export function asksOfShares(command: ShareMovementCommand, facts: Facts): void {
  const { type, moves } = command;
  if (type === "increase") facts.survey(dividendsLeft, dividendsAsked(command));
  if (type === "quantification") facts.survey(quantifiedOf, { asset: moves.asset ?? "" });
}

/** A movement of shares as its rules see it. */
interface JudgedShares {
  readonly kind: ShareKind;
  readonly command: ShareMovementCommand;
  /** Undefined where it comes under no contract. */
  readonly terms: ContractTerms | undefined;
  /** How many it moves; undefined where 金额 does not come to a number of shares. */
  readonly shares: string | undefined;
  readonly facts: Facts;
  readonly turning: Turning;
}

/**
 * Judges a movement of shares of a kind that `shareKinds` declares, in the contract's order of
 * precedence, and says what it is recorded as.
 */
export function decideShareMovement(
  command: ShareMovementCommand,
  key: string,
  sealed: SealedText | undefined,
  facts: Facts,
): DecidedEvent[] | Refusal {
  const kind = shareKindOf(command.type);
  const { moves, date, reference, period, voucher } = command;
  const { household, organisation, contract, register, amount } = moves;
  // Whatever the row names is asked for before any of it is judged: one look-up, not many.
  const unknown = unknownParty(moves, facts);
  const signed = contract === undefined ? undefined : facts.known(keys.contract(contract));
  const opened = facts.first(onces.registerOpened(register));
  if (unknown !== undefined) return unknown;
  if (contract !== undefined && signed === undefined) {
    return refuse("ContractUnknown", "合同编号 is not recorded", "合同编号");
  }
  if (opened === undefined) {
    return refuse("RegisterUnknown", "股权登记簿 is not named by any 入股 contract", "股权登记簿");
  }
  if (signed === undefined && opened.data.organisation !== organisation) {
    return refuse("ContractMismatch", "股权登记簿 is another entity's", "股权登记簿");
  }
  const isLate = kind.does === "withdraws";
  const terms = signed && (isLate ? lastTermsOf(signed, date) : termsOf(signed, date));
  const misfit = terms && contractMisfit(command, terms, isLate);
  if (misfit !== undefined) return misfit;
  const division = () => household ?? divisionOf(organisation, facts);
  const turning = turningFor(date, division, facts);
  const shares = moves.shares ?? boughtFor(amount, terms);
  const judged: JudgedShares = { kind, command, terms, shares, facts, turning };
  for (const broken of rules) {
    const refusal = broken(judged);
    if (refusal !== undefined) return refusal;
  }
  if (shares === undefined) throw new Error("judged: 金额 comes to a number of shares");
  const parValue = command.type === "quantification" ? terms?.parValue : undefined;
  const { remarks, answered: pack } = turning;
  const data = { ...moves, shares, parValue, remarks, reference, period, voucher, free: sealed };
  const event = { type: shareKinds[command.type].event, data } as EventOf<ShareEventName>;
  const at = { stream: streams.register(register), key, nth: 0, effectiveDate: date };
  return [{ ...event, ...at, ...(pack === undefined ? {} : { pack }) }];
}

/** The refusal for the first household or organisation of a row that is not known. */
function unknownParty(moves: ShareMovementCommand["moves"], facts: Facts): Refusal | undefined {
  const { household, toHousehold, organisation, shareholder, toShareholder } = moves;
  const households = [
    ["户编号", household],
    ["受让户编号", toHousehold],
  ] as const;
  const organisations = [
    ["主体编号", organisation],
    ["持股主体编号", shareholder],
    ["受让主体编号", toShareholder],
  ] as const;
  const [noHousehold] = households.filter(
    ([, id]) => id !== undefined && facts.known(keys.household(id)) === undefined,
  );
  const [noOrganisation] = organisations.filter(
    ([, id]) => id !== undefined && facts.known(keys.organisation(id)) === undefined,
  );
  if (noHousehold !== undefined) {
    const [column] = noHousehold;
    return refuse("HouseholdUnknown", `${column} is not in the register of households`, column);
  }
  if (noOrganisation === undefined) return undefined;
  const [column] = noOrganisation;
  return refuse("OrganisationUnknown", `${column} is not in the register`, column);
}

/** Whether the contract fits the movement and was in force when it had to be. */
function contractMisfit(
  { date, moves }: ShareMovementCommand,
  terms: ContractTerms,
  mayComeLate: boolean,
): Refusal | undefined {
  const { household = "", organisation, register } = moves;
  if (terms.kind !== "shares") return refuseKind();
  const party = partyMisfit(terms, { household, organisation });
  if (party !== undefined) return party;
  if (terms.register !== register) {
    return refuse("ContractMismatch", "the contract names another 股权登记簿", "股权登记簿");
  }
  return mayComeLate && date >= terms.from ? undefined : notInForce(terms, date);
}

/** The shares that an amount buys, undefined where four decimals cannot hold them. */
function boughtFor(
  amount: string | undefined,
  terms: ContractTerms | undefined,
): string | undefined {
  if (amount === undefined) throw new Error("parsed: 股数 or 金额");
  return sharesFor(amount, parValueOf(terms)) ?? undefined;
}

function parValueOf(terms: ContractTerms | undefined): string {
  if (terms?.parValue === undefined) throw new Error("a share contract has a par value");
  return terms.parValue;
}

/** What a movement of shares can break beside its contract, in the order of precedence. */
const rules: readonly ((judged: JudgedShares) => Refusal | undefined)[] = [
  amountMismatch,
  sharesNotExact,
  assetUnknown,
  loanOfIncrease,
  decisionMissing,
  valuationMissing,
  valuationExceeded,
  dividendMissing,
  sharesInsufficient,
  transmissionContested,
  capitalOfIncrease,
];

function assetUnknown({ command: { moves }, facts }: JudgedShares): Refusal | undefined {
  if (moves.asset === undefined) return undefined;
  if (standingRow(programmeOf(facts), "assets", moves.asset) !== undefined) return undefined;
  return refuse("AssetUnknown", "资产编号 is not recorded", "资产编号");
}

function loanOfIncrease({ command: { moves }, facts }: JudgedShares): Refusal | undefined {
  return loanUnknown(moves.loan, facts);
}

/** What is quantified was decided on. */
function decisionMissing({ command, facts, turning }: JudgedShares): Refusal | undefined {
  const { asset } = command.moves;
  if (asset === undefined) return undefined;
  const steps = countingNaming(programmeOf(facts), `assets/${asset}`, "asset-steps", command.date);
  if (steps.some(({ data }) => data.kind === "resolve")) return undefined;
  const message = "there is no 决议 of the asset by 业务日期";
  return turning.turned(refuse("DecisionMissing", message, "资产编号"));
}

/** The last 价值 of the asset of a row by its day, where it has one. */
function valueOf({ command: { moves, date }, facts }: JudgedShares): string | undefined {
  const programme = programmeOf(facts);
  const asset = standingRow(programme, "assets", moves.asset ?? "");
  return asset && assetStateOn(programme, asset, date).valuedBy?.data.value;
}

/** What is quantified was valued. */
function valuationMissing(judged: JudgedShares): Refusal | undefined {
  const { command, turning } = judged;
  if (command.moves.asset === undefined || valueOf(judged) !== undefined) return undefined;
  const message = "there is no 评估 of the asset by 业务日期";
  return turning.turned(refuse("ValuationMissing", message, "资产编号"));
}

/** No more shares are made of an asset than it is worth. */
function valuationExceeded(judged: JudgedShares): Refusal | undefined {
  const { command, shares, terms, facts } = judged;
  const { asset } = command.moves;
  if (asset === undefined) return undefined;
  const value = valueOf(judged);
  const before = facts.survey(quantifiedOf, { asset });
  if (value === undefined || before === undefined) return undefined;
  const own = toUnits(shares ?? "0", 4) * toUnits(parValueOf(terms), 4);
  if (BigInt(before) + own <= worthOf(value)) return undefined;
  const message = "股数 × 每股金额, with what was made of the asset before, is above its last 价值";
  return refuse("ValuationExceeded", message, "股数");
}

/** Nobody disputes the holder's shares of the register. */
function transmissionContested({ command, facts }: JudgedShares): Refusal | undefined {
  if (command.type !== "inheritance") return undefined;
  const { register, household, shareholder = "" } = command.moves;
  const holder =
    household === undefined ? `organisations/${shareholder}` : `households/${household}`;
  const isOpen = hasOpenDispute(programmeOf(facts), holder, (said) => said.register === register);
  if (!isOpen) return undefined;
  const message = "a dispute about the register that the holder has is not closed";
  return refuse("TransmissionContested", message, "户编号");
}

function amountMismatch({ kind, command: { moves }, terms }: JudgedShares): Refusal | undefined {
  if (kind.does !== "withdraws" || moves.documents !== undefined) return undefined;
  const due = amountOf(moves.shares ?? "0", parValueOf(terms));
  if (due === moves.amount) return undefined;
  const message = `金额 is not 股数 × 每股金额, half up to the fen (${due}), and 材料 says of no other`;
  return refuse("AmountMismatch", message, "金额");
}

function sharesNotExact({ shares, terms }: JudgedShares): Refusal | undefined {
  if (shares !== undefined) return undefined;
  const message = `金额 ÷ 每股金额 (${terms?.parValue ?? ""}) is not exact to 4 decimals`;
  return refuse("SharesNotExact", message, "金额");
}

/** What is put in once more was received before, and not put in already. */
function dividendMissing({ command, facts }: JudgedShares): Refusal | undefined {
  if (command.type !== "increase") return undefined;
  const left = facts.survey(dividendsLeft, dividendsAsked(command));
  if (left === undefined || toUnits(command.moves.amount ?? "0", 2) <= toUnits(left, 2)) {
    return undefined;
  }
  const message = "金额 is more than the dividends of 主体编号 that were not put in before";
  return refuse("DividendMissing", message, "金额");
}

function sharesInsufficient({ kind, command, shares, facts }: JudgedShares): Refusal | undefined {
  if (kind.does === "issues" || shares === undefined) return undefined;
  const { moves, date } = command;
  const held = facts.state(holdings, streams.register(moves.register));
  return leavesLess(held, date, changesBy(kind.does, { ...moves, shares }))
    ? tooFewShares("股数")
    : undefined;
}

/** That somebody would hold less than nothing from a day on. */
export function tooFewShares(column: string): Refusal {
  const message = "from 业务日期 on a holder would have fewer than no shares";
  return refuse("SharesInsufficient", message, column);
}

function capitalOfIncrease({ command, terms, facts, turning }: JudgedShares): Refusal | undefined {
  if (command.type !== "increase" || terms === undefined) return undefined;
  const { household = "", organisation, capital = "", loan, documents } = command.moves;
  const bought = { date: command.date, household, organisation, capital, loan, documents };
  return capitalTurned(bought, terms, facts, turning);
}
