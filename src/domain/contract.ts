import { parseDay } from "./calendar.ts";
import { parsePositive } from "./decimal.ts";
import type { ContractTerms, DecidedEvent, Facts, KnownEvent } from "./facts.ts";
import { keys, onces, streams } from "./facts.ts";
import { neededDay, neededDecimal } from "./movement-command.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { FreeText, Parsed, Row, SealedText } from "./row.ts";
import { cell, checkStorable, freeTextOf, neededId, optionalId } from "./row.ts";

const columns: ReadonlySet<string> = new Set([
  "合同编号",
  "合同类型",
  "主体编号",
  "签订日期",
  "起始日期",
  "终止日期",
  "户编号",
  "数量",
  "单价",
  "保护价",
  "股权登记簿",
  "每股金额",
]);

/** 合同类型 → the name used in code. */
export const contractKinds = {
  土地流转: "lease",
  订单收购: "order",
  劳务: "labour",
  入股: "shares",
} as const;

/** A row of contracts.csv, well formed. */
export interface ContractCommand extends ContractTerms {
  readonly signedOn?: string | undefined;
  readonly quantity?: string | undefined;
  readonly free: FreeText | undefined;
}

/** Parses a row of contracts.csv; refuses it with `MalformedField`. */
export function parseContract(row: Row): Parsed<ContractCommand> {
  const problems: Refusal[] = [];
  checkStorable(row, problems);
  const contract = neededId(row, "合同编号", problems);
  const written = cell(row, "合同类型");
  if (!Object.hasOwn(contractKinds, written)) {
    const message = "合同类型 is not one of 土地流转 订单收购 劳务 入股";
    problems.push(refuse("MalformedField", message, "合同类型"));
    return { ok: false, key: contract, refusal: problems[0] as Refusal };
  }
  const kind = contractKinds[written as keyof typeof contractKinds];
  const command: ContractCommand = {
    kind,
    contract,
    organisation: neededId(row, "主体编号", problems),
    signedOn: optionalDay(row, "签订日期", problems),
    from: neededDay(row, "起始日期", problems),
    to: optionalDay(row, "终止日期", problems),
    household: when(kind === "lease", neededId, optionalId)(row, "户编号", problems),
    quantity: decimal(kind === "lease")(row, "数量", problems),
    price: decimal(kind === "lease" || kind === "labour")(row, "单价", problems),
    floorPrice: decimal(kind === "order")(row, "保护价", problems),
    register: when(kind === "shares", neededId, optionalId)(row, "股权登记簿", problems),
    parValue: decimal(kind === "shares")(row, "每股金额", problems),
    free: freeTextOf(row, columns, columns),
  };
  if (command.to !== undefined && command.to < command.from) {
    const message = "终止日期 is before 起始日期";
    problems.push(refuse("MalformedField", message, "终止日期"));
  }
  const [first] = problems;
  return first === undefined ? { ok: true, command } : { ok: false, key: contract, refusal: first };
}

function when<N, O>(needed: boolean, ifNeeded: N, ifOptional: O): N | O {
  return needed ? ifNeeded : ifOptional;
}

function decimal(needed: boolean): typeof optionalDecimal {
  return needed ? neededDecimal : optionalDecimal;
}

function optionalDay(row: Row, column: string, problems: Refusal[]): string | undefined {
  const text = cell(row, column);
  if (text === "") return undefined;
  const day = parseDay(text);
  if (day === null) {
    const message = `${column} is not a day (YYYY-MM-DD or YYYY/M/D)`;
    problems.push(refuse("MalformedField", message, column));
  }
  return day ?? undefined;
}

function optionalDecimal(row: Row, column: string, problems: Refusal[]): string | undefined {
  const text = cell(row, column);
  if (text === "") return undefined;
  const parsed = row.lossy?.has(column) ? null : parsePositive(text, 4);
  if (parsed === null) {
    const message = `${column} is not a number: digits with at most 4 decimals, above zero`;
    problems.push(refuse("MalformedField", message, column));
  }
  return parsed ?? undefined;
}

/** The terms of an event that signs a contract; undefined for any other event. */
export function termsOf(event: KnownEvent | undefined): ContractTerms | undefined {
  if (event?.type === "ContractSigned") return event.data;
  if (event?.type === "ShareContractSigned") return { kind: "shares", ...event.data };
  return undefined;
}

const compared = [
  "kind",
  "organisation",
  "household",
  "signedOn",
  "from",
  "to",
  "quantity",
  "price",
  "floorPrice",
  "register",
  "parValue",
] as const;

/** Judges a contract: already recorded, refused, or the one event that signs it. */
export function decideContract(
  command: ContractCommand,
  sealed: SealedText | undefined,
  facts: Facts,
): DecidedEvent[] | Refusal {
  const recorded = facts.known(keys.contract(command.contract));
  if (recorded !== undefined) {
    const terms = termsOf(recorded) as Partial<ContractCommand>;
    if (compared.every((name) => terms[name] === command[name])) return [];
    return refuse("ReferenceConflict", "合同编号 is recorded with other content", "合同编号");
  }
  const { household, register, organisation } = command;
  if (household !== undefined && facts.known(keys.household(household)) === undefined) {
    return refuse("HouseholdUnknown", "户编号 is not in the register of households", "户编号");
  }
  if (facts.known(keys.organisation(organisation)) === undefined) {
    return refuse("OrganisationUnknown", "主体编号 is not in the register", "主体编号");
  }
  const opened =
    register === undefined ? undefined : termsOf(facts.first(onces.registerOpened(register)));
  if (opened !== undefined && opened.organisation !== organisation) {
    return refuse("ContractMismatch", "股权登记簿 is another entity's", "股权登记簿");
  }
  return [signed(command, sealed, opened === undefined)];
}

function signed(
  command: ContractCommand,
  free: SealedText | undefined,
  opens: boolean,
): DecidedEvent {
  const { kind, register, parValue, free: _text, ...terms } = command;
  const at = { key: keys.contract(command.contract), nth: 0, effectiveDate: command.from };
  if (kind !== "shares") {
    const data = { kind, ...terms, register, parValue, free };
    return {
      ...at,
      stream: streams.contract(command.contract),
      type: "ContractSigned",
      data: data,
    };
  }
  if (register === undefined || parValue === undefined) throw new Error("parsed: a share contract");
  return {
    ...at,
    ...(opens ? { once: onces.registerOpened(register) } : {}),
    stream: streams.register(register),
    type: "ShareContractSigned",
    data: { ...terms, register, parValue, free },
  };
}
