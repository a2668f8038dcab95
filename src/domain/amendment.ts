import type { AmendmentKindName, DatedTerms, DayTerms } from "../../events/terms.ts";
import { amendmentKinds, changeableTerms, openEnd, termsOn } from "../../events/terms.ts";
import type { Column } from "./columns.ts";
import { count, day, decimal, id, may, money, ratio, ref, words } from "./columns.ts";
import type { ContractEvent } from "./contract.ts";
import {
  contractKind,
  guarantor,
  hasPartOfInstalments,
  instalmentsWhole,
  isInForce,
  monthsRange,
  signedOf,
  termText,
  whenInForce,
  yearDayNames,
} from "./contract.ts";
import { keys, onces, streams } from "./facts.ts";
import type { Judged, Recorded } from "./kind.ts";
import { rowKind } from "./kind.ts";
import { asset } from "./programme/things.ts";
import { contract, household } from "./things.ts";

/**
 * Days on which the terms of one contract may change, so that the event that carries them all stays
 * far below the megabyte that an engine takes.
 */
export const changingDaysMax = 300;

/** A last day in force, which may be open in so many words. */
function endOrOpen(of: Column<string | undefined>): Column<string | undefined> {
  return {
    ...of,
    form: `${of.form}, or ${openEnd}`,
    read: (row, problems) => (row.cells[of.column] === openEnd ? openEnd : of.read(row, problems)),
  };
}

const same = "not changed by an amendment; where given, the contract's own";

const columns = {
  amendment: id("变更编号", "the amendment's own id"),
  contract: ref("合同编号", "the contract that it changes", contract),
  change: words<AmendmentKindName>(
    "变更类型",
    "a supplement or a correction names at least one column that changes, a termination need not",
    amendmentKinds,
  ),
  effective: day(
    "生效日期",
    "first day of the new terms; of a termination the last day in force; a correction holds from " +
      "起始日期 on",
  ),
  kind: may({ ...contractKind, means: same }),
  organisation: may(id("主体编号", same)),
  signedOn: may(day("签订日期", "")),
  from: may(day("起始日期", "first day in force")),
  to: endOrOpen(may(day("终止日期", `last day in force, open where ${openEnd}`))),
  household: may(ref("户编号", "whose alone the contract is", household)),
  quantity: may(decimal("数量", "in mu")),
  price: may(decimal("单价", "of a unit (mu and year, day)")),
  floorPrice: may(decimal("保护价", "of a unit (kilogram)")),
  register: may(id("股权登记簿", same)),
  parValue: may(decimal("每股金额", "")),
  subject: may(termText("标的", "what is kept for the household")),
  principal: may(money("本金", "")),
  profitShare: may(ratio("分成比例", "part of a profit")),
  returnRatio: may(ratio("返还比例", "part of a surplus")),
  rate: may(ratio("年利率", "a year")),
  yearDays: may(words("计息基础", "days of a year", yearDayNames)),
  post: may(termText("岗位", "")),
  everyMonths: may(count("付款周期", "months from one instalment to the next", monthsRange)),
  firstDueOn: may(day("首付日期", "when the first instalment falls due")),
  instalment: may(money("每期金额", "yuan of an instalment")),
  asset: may(ref("资产编号", "the asset that it is about", asset)),
  workTime: may(termText("用工时间", "when there is work")),
  wagePayment: may(termText("工资发放方式", "how wages are paid")),
};

type Row = Judged<typeof columns>["row"];

const changeable = Object.keys(changeableTerms) as (keyof DayTerms)[];

/** Those of the terms that are filled. */
function filledOf(of: DayTerms): DayTerms {
  return Object.fromEntries(
    changeable.flatMap((name) => (of[name] === undefined ? [] : [[name, of[name]]])),
  );
}

/** The terms that a row states; those of a termination end on its day. */
function statedBy(row: Row): DayTerms {
  const stated = filledOf(row);
  return row.change === "termination" ? { ...stated, to: row.effective } : stated;
}

/** All that is known of the terms of a contract before an amendment. */
function knownTerms(event: ContractEvent): readonly DatedTerms[] {
  return "terms" in event.data ? event.data.terms : [filledOf(event.data)];
}

/**
 * The terms by date with an amendment. A correction changes what was signed. Anything else holds
 * from its day on until another of a later day says otherwise, in whatever order they are recorded;
 * of two of one day the one recorded last counts. An end takes back the ends that were stated for
 * days after it, which lie outside the contract now.
 */
function amended(known: readonly DatedTerms[], row: Row): readonly DatedTerms[] {
  const stated = statedBy(row);
  const since = row.change === "correction" ? undefined : row.effective;
  const there = known.some((terms) => terms.since === since);
  const changed = known.map((terms) => (terms.since === since ? { ...terms, ...stated } : terms));
  const all = there ? changed : [...changed, { since, ...stated }];
  const { to } = stated;
  return all
    .map((terms) => (isOutside(terms, to) ? withoutEnd(terms) : terms))
    .filter((terms) => terms.since === undefined || Object.keys(terms).length > 1)
    .sort((a, b) => ((a.since ?? "") < (b.since ?? "") ? -1 : 1));
}

function isOutside({ since }: DatedTerms, to: string | undefined): boolean {
  return since !== undefined && to !== undefined && to !== openEnd && since > to;
}

function withoutEnd({ to: _to, ...terms }: DatedTerms): DatedTerms {
  return terms;
}

/** Why 生效日期 lies outside the contract, or false. */
function outside({ row, of }: Judged<typeof columns>): string | false {
  const { effective, change } = row;
  const known = knownTerms(of.contract);
  const [before, after] = [termsOn(known, effective), termsOn(amended(known, row), effective)];
  const isInside =
    isInForce(before, effective) || (change === "correction" && isInForce(after, effective));
  if (!isInside) return whenInForce(before);
  const isNever = after.to !== undefined && after.to < (after.from ?? "");
  return isNever && "by these terms 终止日期 would be before 起始日期";
}

function recorded({ row, of, free }: Judged<typeof columns>): Recorded {
  const known = knownTerms(of.contract);
  const terms = amended(known, row);
  const bound = [...known, ...terms].flatMap(({ household: one }) => one ?? []);
  const signed = signedOf(of.contract);
  const households = [...new Set(bound)].sort();
  const data = { ...row, free, households, signed, terms: [...terms] };
  if (signed.kind === "shares" && signed.register !== undefined) {
    return { stream: streams.register(signed.register), type: "ShareContractAmended", data };
  }
  return { stream: streams.contract(row.contract), type: "ContractAmended", data };
}

/**
 * Rows of amendments.csv: what the parties to a contract changed later. What was recorded under the
 * terms as they were known stays.
 */
export const amendments = rowKind({
  name: "amendments",
  summary: `Record an amendment of a contract: ${Object.values(amendmentKinds).join(", ")}`,
  right: "record",
  columns,
  personal: { guarantor },
  id: "amendment",
  key: keys.contract,
  about: { column: "contract", once: onces.contractAmended },
  date: "effective",
  checks: [
    [
      "change",
      (row, isFilled) =>
        Object.keys(statedBy(row)).length === 0 &&
        !isFilled(guarantor.column) &&
        [row.kind, row.organisation, row.register].every((one) => one === undefined) &&
        "补充协议 and 更正 name at least one column of the contract that changes",
    ],
    ["to", ({ from, to }) => isBefore(to, from) && "终止日期 is before 起始日期"],
    [
      "to",
      ({ change, effective, to }) =>
        change === "supplement" && isBefore(to, effective) && "终止日期 is before 生效日期",
    ],
    [
      "to",
      ({ change, effective, to = effective }) =>
        change === "termination" && to !== effective && "终止日期 of a 终止 is its 生效日期",
    ],
  ],
  rules: [
    "household",
    "contract",
    [
      "MalformedField",
      "contract",
      ({ row, of }) =>
        amended(knownTerms(of.contract), row).length > changingDaysMax &&
        `the terms of 合同编号 change on ${changingDaysMax} days already`,
    ],
    [
      "ContractMismatch",
      "kind",
      ({ row: { kind }, of }) =>
        kind !== undefined &&
        kind !== signedOf(of.contract).kind &&
        "合同类型 is not the contract's",
    ],
    [
      "ContractMismatch",
      "organisation",
      ({ row: { organisation }, of }) =>
        organisation !== undefined &&
        organisation !== signedOf(of.contract).organisation &&
        "主体编号 is not the contract's",
    ],
    [
      "ContractMismatch",
      "register",
      ({ row: { register }, of }) =>
        register !== undefined &&
        register !== signedOf(of.contract).register &&
        "股权登记簿 is not the contract's",
    ],
    [
      "MalformedField",
      "change",
      ({ row, has }) =>
        Object.keys(statedBy(row)).length === 0 &&
        !has(guarantor.column) &&
        "what is named of the contract is as it was: 补充协议 and 更正 change something",
    ],
    [
      "MalformedField",
      "everyMonths",
      ({ row, of }) =>
        hasPartOfInstalments(termsOn(amended(knownTerms(of.contract), row), row.effective)) &&
        instalmentsWhole,
    ],
    ["ContractNotInForce", "effective", outside],
    "asset",
  ],
  records: recorded,
  examples: [
    {
      amendment: "BG-00001",
      contract: "HT-00001",
      change: "supplement",
      effective: "2027-01-01",
      to: "2029-12-31",
      price: "320",
    },
  ],
});

function isBefore(to: string | undefined, from: string | undefined): boolean {
  return to !== undefined && to !== openEnd && from !== undefined && to < from;
}
