import { digits, id, text } from "./columns.ts";
import type { DecidedEvent, Facts } from "./facts.ts";
import { keys, streams } from "./facts.ts";
import type { Kind } from "./kind.ts";
import type { Refusal } from "./refusal.ts";
import type { Parsed, Row } from "./row.ts";
import { checkCells, checkDigits, keyOf, neededId, noteOf, textOf } from "./row.ts";

const columns = {
  person: id("人编号", "the person's own id in the register"),
  household: id("户编号", "the household the person belongs to"),
  county: text("县", "county"),
  township: text("乡", "township"),
  village: text("行政村", "administrative village"),
  group: text("自然村", "hamlet or group"),
  name: text("姓名", "personal data"),
  idNumber: digits("证件号码", "personal data"),
  size: text("人数", "how many the household has"),
  relation: text("与户主关系", "relation to the head of the household"),
  health: text("健康状况", "personal data"),
  skill: text("劳动技能", "ability to work"),
  status: text("户类型", "kind of household"),
  monitoring: text("监测对象类型", "kind of monitoring"),
  householdPhone: digits("户联系电话", "personal data"),
  personPhone: digits("人联系电话", "personal data"),
  bank: text("开户行", "bank of the account benefits are paid to"),
  account: digits("银行账号", "personal data"),
  accountHolder: text("开户名", "personal data"),
  identifiedOn: text("首次识别时间", "when it was first identified"),
  riskRemoved: text("风险是否消除", "whether the risk is removed"),
};

const known: ReadonlySet<string> = new Set(Object.values(columns).map(({ column }) => column));
/** Personal data, which go to the vault. */
const personalColumns = ["姓名", "证件号码", "健康状况", "户联系电话", "人联系电话"];
const accountColumns = ["开户行", "银行账号", "开户名"];
const digitColumns = ["证件号码", "银行账号", "户联系电话", "人联系电话"];

/**
 * Rows of roster.csv: a person of a household. Written by hand, because one row may be several
 * events.
 */
export const roster: Kind<RosterCommand> = {
  name: "roster",
  summary: "Record a person of a household or a change",
  right: "record",
  columns,
  idColumn: columns.person.column,
  isFile: true,
  mostlyNew: false,
  parse: parseRosterRow,
  decide: (command, { facts, sealing, today }) => {
    const { household, account } = command;
    const personal = sealing.name(household, command.personal);
    const own = account && sealing.name(household, account);
    const sealed = {
      personal: personal.item,
      fingerprint: sealing.fingerprint(command.content),
      account: own && { item: own.item, fingerprint: sealing.fingerprint(own.content) },
    };
    const events = decideRosterRow(command, sealed, today, facts);
    if (events.length > 0) sealing.keep(personal);
    if (events.some(({ type }) => type === "MemberAccountRecorded") && own) sealing.keep(own);
    return events;
  },
  examples: [
    {
      person: "539999001000000101",
      household: "5399990010000001",
      county: "示例县",
      township: "示例乡",
      village: "示例村",
      name: "示例",
      idNumber: "539999199001010000",
      relation: "户主",
      status: "脱贫户",
    },
  ],
};

/** Place and status of a household as one row states them. */
interface HouseholdStatus {
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
  /** Those of 开户行, 银行账号 and 开户名 that are filled, where any is. */
  readonly account: Readonly<Record<string, string>> | undefined;
  /** Every known column that is filled: the row's content. */
  readonly content: Readonly<Record<string, string>>;
}

/** The items of a roster row in the vault, by name, and the fingerprints for comparing. */
interface SealedPerson {
  readonly personal: string;
  readonly fingerprint: string;
  readonly account?: { readonly item: string; readonly fingerprint: string } | undefined;
}

function parseRosterRow(row: Row): Parsed<RosterCommand> {
  const problems: Refusal[] = [];
  checkCells(row, known, problems);
  const text = (column: string): string => textOf(row, column, problems);
  const optional = (column: string): string | undefined => text(column) || undefined;
  const person = neededId(row, "人编号", problems);
  const household = neededId(row, "户编号", problems);
  for (const column of digitColumns) checkDigits(column, text(column), problems);
  const account = filled(row, (column) => accountColumns.includes(column));
  const command: RosterCommand = {
    person,
    household,
    relation: optional("与户主关系"),
    skill: optional("劳动技能"),
    status: {
      county: text("县"),
      township: text("乡"),
      village: text("行政村"),
      group: optional("自然村"),
      size: optional("人数"),
      status: optional("户类型"),
      monitoring: optional("监测对象类型"),
      identifiedOn: optional("首次识别时间"),
      riskRemoved: optional("风险是否消除"),
    },
    personal: filled(row, (column) => personalColumns.includes(column) || !known.has(column)),
    account: Object.keys(account).length === 0 ? undefined : account,
    content: filled(row, (column) => known.has(column)),
  };
  const [first] = problems;
  if (first !== undefined) return { ok: false, key: keyOf(row, "人编号"), refusal: first };
  return { ok: true, command };
}

function filled(row: Row, wanted: (column: string) => boolean): Record<string, string> {
  const found: Record<string, string> = {};
  for (const column in row.cells) {
    const cell = row.cells[column];
    if (cell !== undefined && cell !== "" && wanted(column)) found[column] = noteOf(cell);
  }
  return found;
}

/**
 * Judges a roster row by its 人编号: the content that is recorded last records nothing, any other
 * content is a change of the day of import, also where it returns to an older one. A household's
 * first row registers it.
 */
function decideRosterRow(
  command: RosterCommand,
  sealed: SealedPerson,
  today: string,
  facts: Facts,
): DecidedEvent[] {
  const { person, household } = command;
  const recorded = facts.own(keys.person(person))?.data;
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
  const { account } = sealed;
  if (account !== undefined && !isLast(account.fingerprint, command, facts)) {
    const data = { household, person, account: account.item, fingerprint: account.fingerprint };
    events.push({ ...at(keys.account(person)), type: "MemberAccountRecorded", data });
  }
  return events;
}

/** Whether an account is what was last recorded of the person, under the key of this household. */
function isLast(fingerprint: string, { person, household }: RosterCommand, facts: Facts): boolean {
  const last = facts.known(keys.account(person))?.data;
  return last?.fingerprint === fingerprint && last.household === household;
}

function sameStatus(command: RosterCommand, facts: Facts): boolean {
  const recorded = facts.known(keys.status(command.household));
  if (recorded === undefined) return false;
  const now: HouseholdStatus = command.status;
  const names = Object.keys(now) as (keyof HouseholdStatus)[];
  return names.every((name) => recorded.data[name] === now[name]);
}
