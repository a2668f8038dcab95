import { insuranceKinds } from "../../../events/programme-finance-words.ts";
import { daysInclusive } from "../calendar.ts";
import { day, id, may, money, ratio, ref, several, words } from "../columns.ts";
import { interestInFen, toUnits } from "../decimal.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import type { Fraction } from "../parameters.ts";
import { isAbove, parseFraction } from "../parameters.ts";
import { organisation, party } from "../things.ts";
import { fen } from "./balances.ts";
import { loan } from "./finance-things.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import {
  endAfterStart,
  notBefore,
  ofProgramme,
  rowColumns,
  rowPersonal,
  statedBy,
} from "./rows.ts";
import { householdsAmong } from "./told.ts";

const columns = {
  policy: id("保单编号", "the policy's own id"),
  kind: words<keyof typeof insuranceKinds>("险种", "what kind of insurance", insuranceKinds),
  insurer: ref("保险人", "the insurer, by its 主体编号", organisation),
  insured: ref("投保人", "who is insured: 户编号 or 主体编号", party),
  cover: money("保额", "what is paid at most"),
  premium: money("保费", "what it costs"),
  from: day("起始日期", "first day"),
  to: day("终止日期", "last day"),
  loan: may(ref("贷款编号", "the loan that it is for; of a 小贷险", loan)),
  covers: may(several("责任", "what is covered")),
  benchmark: may(ratio("基准费率", "the benchmark of the rate; of a 深贫保")),
  rate: may(ratio("费率", "the rate of the premium; of a 深贫保")),
  ...rowColumns,
};

type JudgedPolicy = Judged<typeof columns>;

/** Whether the premium of a 小贷险 is above a rate a year of the loan that it is for. */
function isPremiumAbove({ row, of }: JudgedPolicy, rate: string): boolean {
  const lent = of.loan as ProgrammeRow<"loans"> | undefined;
  if (row.kind !== "loan" || lent === undefined) return false;
  const days = daysInclusive(row.from, row.to);
  return fen(row.premium) > interestInFen(fen(lent.data.amount), rate, days, 365);
}

function isAboveLimit(judged: JudgedPolicy): string | false {
  const rate = judged.policy.value("premium.max");
  return isPremiumAbove(judged, rate) && `保费 is above ${rate} of the loan a year`;
}

function isHigh(judged: JudgedPolicy): string | false {
  const rate = judged.policy.value("premium.normal");
  return isPremiumAbove(judged, rate) && `保费 is above ${rate} of the loan a year`;
}

function isOutOfBand({ row, policy }: JudgedPolicy): string | false {
  const { kind, benchmark, rate } = row;
  if (kind !== "poverty" || benchmark === undefined || rate === undefined) return false;
  const found = { part: toUnits(rate, 6), of: 1_000_000n };
  const timesBenchmark = (times: string): Fraction => {
    const { part, of } = parseFraction(times);
    return { part: part * toUnits(benchmark, 6), of: of * 1_000_000n };
  };
  const [least, most] = policy.value("premium.band");
  const isWithin = !isAbove(timesBenchmark(least), found) && !isAbove(found, timesBenchmark(most));
  return !isWithin && `费率 is not from ${least} to ${most} of 基准费率`;
}

function isCoverMissing({ row, policy }: JudgedPolicy): string | false {
  if (row.kind !== "poverty") return false;
  const covered = row.covers?.split("、") ?? [];
  const missing = policy.value("insurance.cover").find((one) => !covered.includes(one));
  return missing !== undefined && `责任 lacks ${missing}`;
}

/** Rows of policies.csv: what an insurer covers, for whom and how long. */
export const policies = rowKind({
  ...ofProgramme("policies"),
  summary: "Record a policy of an insurer",
  columns,
  personal: rowPersonal,
  id: "policy",
  key: keys.policy,
  by: "kind",
  needs: { loan: ["loan"], poverty: ["benchmark", "rate"] },
  checks: [endAfterStart],
  rules: [
    "insurer",
    "insured",
    "loan",
    notBefore("loan"),
    ["PremiumAboveLimit", "premium", isAboveLimit],
    ["PremiumHigh", "premium", isHigh],
    ["RateOutOfBand", "rate", isOutOfBand],
    ["CoverMissing", "covers", isCoverMissing],
  ],
  records: (judged) => {
    const { row, of, facts } = judged;
    const lent = of.loan as ProgrammeRow<"loans"> | undefined;
    const households = householdsAmong(facts, row.insured, lent?.data.household);
    const data = { ...statedBy(judged), covers: row.covers?.split("、"), households };
    return { stream: streams.programme(), type: "InsuranceTaken", data };
  },
  examples: [
    {
      policy: "BXD-00001",
      kind: "farming",
      insurer: "ORG-004",
      insured: "5399990010000001",
      cover: "20000.00",
      premium: "300.00",
      from: "2026-03-01",
      to: "2027-02-28",
      date: "2026-02-25",
    },
  ],
});
