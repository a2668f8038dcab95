import { basisEvents } from "../../../events/basis.ts";
import type { EventData } from "../../../events/index.ts";
import type { Column } from "../columns.ts";
import { count, decimal, id, may, orElse, ref, remark } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import { fold } from "../fold.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { textOf } from "../row.ts";
import { household, notOfHousehold, organisation, plan } from "../things.ts";
import { priorityDefault } from "./claims.ts";
import { holderKey } from "./holder.ts";
import { planState } from "./plan-state.ts";
import { schemeTakesBasis } from "./scheme-of.ts";

/** A basis row, and whether another row stands in its place. */
interface StatedBasis {
  readonly data: EventData<"BasisStated">;
  isReplaced: boolean;
}

/** What a plan is divided over: every row, and by holder the one that counts. */
interface PlanBasis {
  readonly rows: Map<string, StatedBasis>;
  readonly counting: Map<string, StatedBasis>;
}

/** The basis rows of a plan. */
export const planBasis = fold(
  basisEvents,
  (): PlanBasis => ({ rows: new Map(), counting: new Map() }),
  {
    BasisStated: ({ rows, counting }, { data }) => {
      const stated: StatedBasis = { data, isReplaced: false };
      const replaced = data.replaces === undefined ? undefined : rows.get(data.replaces);
      if (replaced !== undefined) replaced.isReplaced = true;
      rows.set(data.basis, stated);
      if (isZero(data.amount)) counting.delete(holderKey(data));
      else counting.set(holderKey(data), stated);
    },
  },
);

function isZero(amount: string): boolean {
  return /^0(\.0*)?$/.test(amount);
}

/** 基数 is above zero, or 0 where the row stands in another's place and takes it out. */
function amountOrZero(): Column<string> {
  const of = decimal("基数", "what the beneficiary counts for; 0 with 替换 takes it out");
  return {
    ...of,
    form: `${of.form}; 0 where 替换 is filled`,
    read: (row, problems) => {
      const isNothing = /^0{1,15}(\.0{1,4})?$/.test(textOf(row, of.column, []));
      const replaces = textOf(row, "替换", []);
      return isNothing && replaces !== "" ? "0" : of.read(row, problems);
    },
  };
}

const columns = {
  basis: id("明细编号", "the row's own id"),
  plan: ref("计划编号", "the plan that it is for", plan),
  household: may(ref("户编号", "the beneficiary; this or 主体编号", household)),
  organisation: may(ref("主体编号", "the beneficiary; this or 户编号", organisation)),
  person: may(id("人编号", "the person of the household whose line it is")),
  amount: amountOrZero(),
  factor: orElse(decimal("系数", "by which 基数 counts under 阶梯; 1 where empty"), "1"),
  priority: orElse(
    count("优先级", "who is paid first where not all can be; 5 where empty", [1, 9]),
    priorityDefault,
  ),
  replaces: may(id("替换", "an earlier row of the same plan and beneficiary")),
};

type JudgedBasis = Judged<typeof columns>;

function basisOf({ row, facts }: JudgedBasis): PlanBasis {
  return facts.state(planBasis, streams.basis(row.plan));
}

/** A list of the plan stands, or it is cancelled. */
function isFrozen({ of, facts }: JudgedBasis): string | false {
  const state = planState(of.plan.data, facts);
  if (state.stage === "cancelled") return "the plan is cancelled";
  return state.list !== undefined && "a list of the plan stands";
}

function isPersonUnknown({ row, facts }: JudgedBasis): string | false {
  if (row.person === undefined) return false;
  if (row.household === undefined) return "人编号 stands beside a 主体编号";
  return notOfHousehold(row.person, row.household, facts);
}

function isOriginalUnknown(judged: JudgedBasis): string | false {
  const { replaces } = judged.row;
  if (replaces === undefined) return false;
  const original = basisOf(judged).rows.get(replaces);
  if (original === undefined || holderKey(original.data) !== holderKey(judged.row)) {
    return "替换 is not a row of this plan and beneficiary";
  }
  return original.isReplaced && "替换 is replaced already";
}

function isDuplicate(judged: JudgedBasis): string | false {
  const counting = basisOf(judged).counting.get(holderKey(judged.row));
  const isOther = counting !== undefined && counting.data.basis !== judged.row.replaces;
  return isOther && "the beneficiary has a row that counts: name it in 替换";
}

/** Rows of basis.csv: who takes part in a plan, and with how much. */
export const basisRows = rowKind({
  name: "basis",
  summary: "State what a beneficiary of a plan counts for",
  right: "record",
  columns,
  personal: { remark },
  id: "basis",
  key: keys.basis,
  date: "today",
  checks: [
    [
      "household",
      (row) =>
        (row.household === undefined) === (row.organisation === undefined) &&
        "exactly one of 户编号 and 主体编号 is filled",
    ],
  ],
  rules: [
    "plan",
    [
      "SchemeTakesNoBasis",
      "plan",
      ({ of }) => !schemeTakesBasis(of.plan.data.scheme) && "the plan's 分配方式 takes no 基数",
    ],
    ["PlanFrozen", "plan", isFrozen],
    "household",
    "organisation",
    ["PersonUnknown", "person", isPersonUnknown],
    ["OriginalUnknown", "replaces", isOriginalUnknown],
    ["DuplicateBeneficiary", "household", isDuplicate],
  ],
  records: ({ row, free }) => ({
    stream: streams.basis(row.plan),
    type: "BasisStated",
    data: { ...row, free },
  }),
  examples: [{ basis: "MX-00001", plan: "JH-00003", household: "5399990010000001", amount: "2.5" }],
});
