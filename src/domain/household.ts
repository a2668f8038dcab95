import type { DecidedEvent, Facts } from "./facts.ts";
import { keys, streams } from "./facts.ts";
import type { Refusal } from "./refusal.ts";
import type { Parsed, Row } from "./row.ts";
import { cell, checkStorable, neededId, refuseLossy } from "./row.ts";

/** Columns of roster.csv that say who and how a person is: personal data, for the vault. */
const personalColumns = ["姓名", "证件号码", "健康状况", "户联系电话", "人联系电话"] as const;
const accountColumns = ["开户行", "银行账号", "开户名"] as const;
const clearColumns = [
  "县",
  "乡",
  "行政村",
  "户编号",
  "人编号",
  "与户主关系",
  "自然村",
  "人数",
  "劳动技能",
  "户类型",
  "监测对象类型",
  "首次识别时间",
  "风险是否消除",
] as const;

/** The columns of roster.csv that the ledger knows. */
export const rosterColumns: ReadonlySet<string> = new Set([
  ...clearColumns,
  ...personalColumns,
  ...accountColumns,
]);

/** Place and status of a household as one row states them. */
export interface HouseholdStatus {
  readonly county: string;
  readonly township: string;
  readonly village: string;
  readonly group: string | undefined;
  readonly size: string | undefined;
  readonly status: string | undefined;
  readonly monitoring: string | undefined;
  readonly identifiedOn: string | undefined;
  readonly riskRemoved: string | undefined;
}

/** A row of roster.csv, well formed. */
export interface RosterCommand {
  readonly person: string;
  readonly household: string;
  readonly relation: string | undefined;
  readonly skill: string | undefined;
  readonly status: HouseholdStatus;
  /** Personal columns and unknown ones, by column: for the vault. */
  readonly personal: Readonly<Record<string, string>>;
  /** 开户行, 银行账号, 开户名 where the row names an account. */
  readonly account: Readonly<Record<string, string>> | undefined;
  /** Every known column that is filled: the row's content. */
  readonly content: Readonly<Record<string, string>>;
}

/** What of a roster row lies in the vault, by name, and fingerprints to compare by. */
export interface SealedPerson {
  readonly personal: string;
  readonly fingerprint: string;
  readonly account?: { readonly item: string; readonly fingerprint: string } | undefined;
}

/** Parses a row of roster.csv; refuses it with `MalformedField`. */
export function parseRosterRow(row: Row): Parsed<RosterCommand> {
  const problems: Refusal[] = [];
  checkStorable(row, problems);
  const person = neededId(row, "人编号", problems);
  const household = neededId(row, "户编号", problems);
  refuseLossy(row, ["证件号码", "银行账号", "户联系电话", "人联系电话"], problems);
  const [first] = problems;
  if (first !== undefined) return { ok: false, key: person, refusal: first };
  const optional = (column: string): string | undefined => cell(row, column) || undefined;
  const hasAccount = cell(row, "银行账号") !== "";
  const command: RosterCommand = {
    person,
    household,
    relation: optional("与户主关系"),
    skill: optional("劳动技能"),
    status: {
      county: cell(row, "县"),
      township: cell(row, "乡"),
      village: cell(row, "行政村"),
      group: optional("自然村"),
      size: optional("人数"),
      status: optional("户类型"),
      monitoring: optional("监测对象类型"),
      identifiedOn: optional("首次识别时间"),
      riskRemoved: optional("风险是否消除"),
    },
    personal: filled(
      row,
      (column) =>
        isPersonal(column) || !rosterColumns.has(column) || (!hasAccount && isAccount(column)),
    ),
    account: hasAccount ? filled(row, isAccount) : undefined,
    content: filled(row, (column) => rosterColumns.has(column)),
  };
  return { ok: true, command };
}

function isPersonal(column: string): boolean {
  return (personalColumns as readonly string[]).includes(column);
}

function isAccount(column: string): boolean {
  return (accountColumns as readonly string[]).includes(column);
}

function filled(row: Row, wanted: (column: string) => boolean): Record<string, string> {
  const found: Record<string, string> = {};
  for (const column in row.cells) {
    const text = row.cells[column];
    if (text !== undefined && text !== "" && wanted(column)) found[column] = text;
  }
  return found;
}

/**
 * Judges a roster row: known by its 人编号, the same content is already recorded, other content is a
 * change of the day of import, there and back again too. A first row enters its household.
 */
export function decideRosterRow(
  command: RosterCommand,
  sealed: SealedPerson,
  today: string,
  facts: Facts,
): DecidedEvent[] {
  const { person, household } = command;
  const before = facts.known(keys.person(person));
  const recorded = before?.type === "MemberRecorded" ? before.data : undefined;
  if (recorded?.fingerprint === sealed.fingerprint) return [];
  const at = (key: string) => ({
    stream: streams.household(household),
    key,
    nth: facts.count(key),
    effectiveDate: today,
  });
  const events: DecidedEvent[] = [];
  if (facts.known(keys.household(household)) === undefined) {
    const data = { household };
    events.push({ ...at(keys.household(household)), type: "HouseholdRegistered", data });
  }
  if (!sameStatus(command, facts)) {
    const data = { household, ...command.status };
    events.push({ ...at(keys.status(household)), type: "HouseholdStatusRecorded", data });
  }
  const moved = recorded !== undefined && recorded.household !== household;
  events.push({
    ...at(keys.person(person)),
    type: "MemberRecorded",
    data: {
      household,
      person,
      personal: sealed.personal,
      fingerprint: sealed.fingerprint,
      relation: command.relation,
      skill: command.skill,
      from: moved ? recorded.household : undefined,
    },
  });
  const payee = facts.known(keys.payee(household));
  const account = payee?.type === "PayeeAccountRecorded" ? payee.data : undefined;
  if (sealed.account !== undefined && account?.fingerprint !== sealed.account.fingerprint) {
    events.push({
      ...at(keys.payee(household)),
      type: "PayeeAccountRecorded",
      data: {
        household,
        account: sealed.account.item,
        fingerprint: sealed.account.fingerprint,
      },
    });
  }
  return events;
}

function sameStatus(command: RosterCommand, facts: Facts): boolean {
  const recorded = facts.known(keys.status(command.household));
  if (recorded?.type !== "HouseholdStatusRecorded") return false;
  const now: HouseholdStatus = command.status;
  const names = Object.keys(now) as (keyof HouseholdStatus)[];
  return names.every((name) => recorded.data[name] === now[name]);
}
