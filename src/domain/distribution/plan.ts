import type { ProcedureName, SchemeName, planLegs } from "../../../events/schemes.ts";
import { planLegs as legs, procedures, schemeNames } from "../../../events/schemes.ts";
import {
  day,
  decimal,
  id,
  may,
  money,
  orElse,
  ratio,
  ref,
  remark,
  text,
  words,
} from "../columns.ts";
import { toUnits } from "../decimal.ts";
import { keys, onces, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { policyFor } from "../policy.ts";
import { income } from "../things.ts";
import { divisionOf } from "./division.ts";

const procedureNames = Object.fromEntries(
  Object.entries(procedures).map(([name, { name: word }]) => [name, word]),
) as Record<ProcedureName, string>;

/** Which columns of terms a scheme has; it needs them all. */
export const schemeTerms = {
  shares: ["register", "heldOn"],
  basis: [],
  tiers: [],
  heads: [],
  trade: ["ratio", "from", "to", "register", "heldOn"],
  unit: ["price"],
  fixed: ["rate", "yearDays", "from", "to"],
  floor: ["floorPrice"],
} as const satisfies Readonly<Record<SchemeName, readonly (keyof typeof columns)[]>>;

const columns = {
  plan: id("计划编号", "the plan's own id"),
  income: ref("收益编号", "the income that it divides", income),
  scheme: words<SchemeName>("分配方式", "how it divides", schemeNames),
  pool: money("分配金额", "what is divided"),
  date: day("业务日期", "when it was drafted"),
  procedure: words<ProcedureName>("程序", "who decides", procedureNames),
  leg: words<keyof typeof planLegs>("收入类别", "what its lines are to a household", legs),
  payee: orElse(
    words<"household" | "person">("发放方式", "whose account is paid; 按户 where empty", {
      household: "按户",
      person: "按人",
    }),
    "household",
  ),
  period: may(text("所属期", "the period it is for; any text", 64)),
  register: may(id("股权登记簿", "the shares that it divides over")),
  heldOn: may(day("基准日", "the day at whose end the shares are held")),
  ratio: may(ratio("比例", "the part that is divided by trade")),
  from: may(day("起始日期", "first day of the trade or of the interest")),
  to: may(day("终止日期", "last day of it")),
  price: may(decimal("单价", "yuan a unit of 基数")),
  rate: may(ratio("年利率", "a year")),
  yearDays: may(words<"360" | "365">("计息基础", "days of a year", { 360: "360", 365: "365" })),
  floorPrice: may(decimal("保底单价", "yuan a unit of 基数, paid in any case")),
};

const personal = {
  reason: text("说明理由", "why it is divided so; kept in the vault, compared"),
  remark,
};

type JudgedPlan = Judged<typeof columns>;

/** The contract that opened the register which a plan names; undefined where there is none. */
function opener({ row: { register }, facts }: JudgedPlan) {
  return register === undefined ? undefined : facts.first(onces.registerOpened(register));
}

function isBelowFloor({ row, of, facts }: JudgedPlan): string | false {
  if (row.ratio === undefined) return false;
  const policy = policyFor(row.date, divisionOf(of.income.data.organisation, facts), facts);
  const floor = policy.value("patronage.floor");
  const isBelow = toUnits(row.ratio, 6) < toUnits(floor, 6);
  return isBelow && `比例 is below what must go by trade at the least (${floor})`;
}

/** Rows of plans.csv: how a part of an income is to be divided. */
export const plans = rowKind({
  name: "plans",
  summary: "Draft a plan to divide an income",
  right: "plan",
  columns,
  personal,
  id: "plan",
  key: keys.plan,
  date: "date",
  by: "scheme",
  needs: schemeTerms,
  only: schemeTerms,
  checks: [
    [
      "to",
      ({ from, to }) =>
        from !== undefined && to !== undefined && to < from && "终止日期 is before 起始日期",
    ],
  ],
  rules: [
    "income",
    [
      "DateBefore",
      "date",
      ({ row, of }) => row.date < of.income.effectiveDate && "业务日期 is before the income's",
    ],
    [
      "RegisterUnknown",
      "register",
      (judged) =>
        judged.row.register !== undefined &&
        opener(judged) === undefined &&
        "股权登记簿 is not named by any 入股 contract",
    ],
    [
      "ContractMismatch",
      "register",
      (judged) => {
        const owner = opener(judged)?.data.organisation;
        const isOurs = owner === undefined || owner === judged.of.income.data.organisation;
        return !isOurs && "股权登记簿 is another entity's than the income's";
      },
    ],
    ["RatioBelowFloor", "ratio", isBelowFloor],
  ],
  said: ({ data }) => data,
  records: ({ row, of, free, facts, has }) => {
    const { organisation } = of.income.data;
    const policy = policyFor(row.date, divisionOf(organisation, facts), facts);
    if (row.ratio !== undefined) policy.value("patronage.floor");
    const data = { ...row, organisation, isReasoned: has("说明理由"), free };
    const { answered } = policy;
    const event = { stream: streams.income(row.income), type: "PlanDrafted", data } as const;
    return answered === undefined ? event : { ...event, pack: answered };
  },
  examples: [
    {
      plan: "JH-00001",
      income: "SY-00001",
      scheme: "shares",
      pool: "12345.67",
      date: "2026-02-22",
      procedure: "village",
      leg: "dividend",
      register: "GQ-02",
      heldOn: "2026-02-28",
    },
  ],
});
