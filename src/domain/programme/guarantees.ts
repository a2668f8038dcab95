import { guaranteeKinds } from "../../../events/programme-finance-words.ts";
import { day, id, may, ref, several, words } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { party } from "../things.ts";
import { loan } from "./finance-things.ts";
import { notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { householdsAmong } from "./told.ts";

const columns = {
  guarantee: id("担保编号", "the guarantee's own id"),
  loan: ref("贷款编号", "the loan that it is for", loan),
  kind: words<keyof typeof guaranteeKinds>("担保类型", "which kind", guaranteeKinds),
  guarantors: several("担保人", "who answers for it: 户编号 and 主体编号"),
  to: may(day("终止日期", "last day; open where empty")),
  ...rowColumns,
};

type JudgedGuarantee = Judged<typeof columns>;

/** Households that answer together for a loan of one of them. */
const groupSize = 3;

function guarantorsOf({ row }: JudgedGuarantee): string[] {
  return row.guarantors.split("、");
}

function isGuarantorUnknown(judged: JudgedGuarantee): string | false {
  const { facts } = judged;
  const isUnknown = guarantorsOf(judged).some((one) => party.known(facts, one) === undefined);
  return isUnknown && "担保人 names one that is neither a household nor an organisation";
}

function isOtherSize(judged: JudgedGuarantee): string | false {
  if (judged.row.kind !== "threeHouseholds") return false;
  const named = guarantorsOf(judged);
  const group = householdsAmong(judged.facts, ...named);
  const isGroup = group.length === groupSize && new Set(named).size === groupSize;
  return !isGroup && "担保人 of a 三户联保 are not three different households";
}

/** Rows of guarantees.csv: who answers for a loan. */
export const guarantees = rowKind({
  ...ofProgramme("guarantees"),
  summary: "Record who answers for a loan",
  columns,
  personal: rowPersonal,
  id: "guarantee",
  key: keys.guarantee,
  rules: [
    "loan",
    ["PartyUnknown", "guarantors", isGuarantorUnknown],
    notBefore("loan"),
    [
      "GuaranteeForbidden",
      "loan",
      ({ of }) => of.loan.data.kind === "micro" && "a 小额信贷 needs no guarantee",
    ],
    ["GroupSize", "guarantors", isOtherSize],
  ],
  records: (judged) => {
    const guarantors = guarantorsOf(judged);
    const borrower = judged.of.loan.data.household;
    const households = householdsAmong(judged.facts, ...guarantors, borrower);
    const data = { ...statedBy(judged), guarantors, households };
    return { stream: streams.programme(), type: "GuaranteeGiven", data };
  },
  examples: [
    {
      guarantee: "DBH-00001",
      loan: "DK-00002",
      kind: "company",
      guarantors: "ORG-003",
      date: "2026-02-10",
    },
  ],
});
