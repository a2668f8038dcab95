import type { JsonObject } from "../../encoding/canonical.ts";
import type { EventData } from "../../../events/index.ts";
import { day, filledText, id, text } from "../columns.ts";
import { compareCodePoints } from "./beneficiary.ts";
import type { Facts, Survey } from "../facts.ts";
import { keys, streams } from "../facts.ts";
import type { Judged, Recorded } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { listOf } from "../list.ts";
import { refuseClosed } from "../period.ts";
import type { Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import { holderKey } from "./holder.ts";
import type { KeptLine } from "./list-lines.ts";
import { linesOf } from "./list-lines.ts";
import type { LinePayments } from "./payments.ts";
import { standingOf } from "./payments.ts";
import { isSamePerson } from "./people.ts";
import type { PlanState } from "./plan-state.ts";
import { isHeld, planState, untouched } from "./plan-state.ts";

/** Why a line of a plan is not in a batch, in their order of precedence (contract, `instruct`). */
export type SkipReason =
  | "OnHold"
  | "AccountMissing"
  | "ZeroAmount"
  | "InFlight"
  | "Paid"
  | "Stopped"
  | "Undecided";

/** A line of a plan that is not paid, and why. */
export interface SkippedLine {
  readonly plan: string;
  readonly line: number;
  readonly reason: SkipReason;
}

interface ListAsked extends JsonObject {
  readonly plan: string;
  readonly version: number;
}

/** Asks for the payments of all lines of a list; lines without any are left out. */
export const listPayments: Survey<ListAsked, readonly (readonly [number, LinePayments])[]> = {
  name: "list-payments",
  categories: ["batch", "bank"],
};

/** Plans are named together, parted by this. */
export const planSeparator = "、";

const columns = {
  batch: id("批次号", "the batch's own id, of A–Z a–z 0–9 and -, at most 27 characters"),
  plans: filledText("计划编号", `the plans whose due lines are paid, parted by ${planSeparator}`),
  account: id("付款账号", "the account that pays"),
  by: filledText("经办人", "who instructs the bank", 200),
  date: day("执行日期", "when the bank is to pay"),
  profile: text("格式", "the format of the instruction", 100),
};

type JudgedBatch = Judged<typeof columns>;

interface PlanToPay {
  readonly plan: string;
  readonly state: PlanState;
  readonly lines: readonly KeptLine[];
  readonly payments: ReadonlyMap<number, LinePayments>;
}

/** The numbers of the plans that a row names. */
export function plansNamed(names: string): string[] {
  const all = names.split(planSeparator).map((name) => name.trim());
  return [...new Set(all.filter((name) => name !== ""))];
}

function plansToPay(numbers: readonly string[], facts: Facts): PlanToPay[] | Refusal {
  const drafted: EventData<"PlanDrafted">[] = [];
  for (const number of numbers) {
    const plan = facts.known(keys.plan(number))?.data;
    if (plan === undefined)
      return refuse("PlanUnknown", `计划 ${number} is not recorded`, "计划编号");
    drafted.push(plan);
  }
  const found: PlanToPay[] = [];
  for (const plan of drafted) {
    const state = planState(plan, facts);
    if (state.stage !== "approved") {
      const message = `计划 ${plan.plan} is ${state.stage}, and not approved`;
      return refuse("PlanNotApproved", message, "计划编号");
    }
    const { version } = state;
    const payments = new Map(facts.survey(listPayments, { plan: plan.plan, version }) ?? []);
    const lines = [...linesOf(plan, version, facts).values()];
    found.push({ plan: plan.plan, state, lines, payments });
  }
  return found;
}

const noPayments: LinePayments = { total: 0 };

/** Why a line is not paid now; undefined where it is. */
export function skipReason(
  state: PlanState,
  line: KeptLine,
  payments: LinePayments = noPayments,
): SkipReason | undefined {
  const standing = standingOf(state, line, payments);
  const isZero = line.amount === "0.00";
  if (standing === "held" || (isZero && isHeld(state.holds, line))) return "OnHold";
  const own = state.lines.get(holderKey(line)) ?? untouched();
  if (!line.isPayable && own.sealed === undefined) return "AccountMissing";
  if (isZero) return "ZeroAmount";
  switch (standing) {
    case "due":
      return undefined;
    case "instructed":
    case "accepted":
      return "InFlight";
    case "credited":
    case "recovered":
      return "Paid";
    case "void":
      return "Stopped";
    case "returned":
    case "rejected":
    case "listed":
      return "Undecided";
  }
}

function instructed(judged: JudgedBatch): Recorded | Refusal {
  const { row, facts, free } = judged;
  const plans = plansToPay(plansNamed(row.plans), facts);
  if (!Array.isArray(plans)) return plans;
  const same = plans.find(({ state }) => isSamePerson(row.by, state.list?.frozenBy));
  if (same !== undefined) {
    return refuse("SamePerson", `经办人 has frozen the list of 计划 ${same.plan}`, "经办人");
  }
  const closed = refuseClosed(row.date, facts);
  if (closed !== undefined) return { ...closed, field: columns.date.column };
  const due = plans.flatMap((of) =>
    of.lines
      .filter((line) => skipReason(of.state, line, of.payments.get(line.line)) === undefined)
      .map((line) => ({ of, line })),
  );
  const before = tooEarly(row.date, plans, due);
  if (before !== undefined) return before;
  if (due.length === 0) return refuse("NothingToPay", "no line of these plans is due", "计划编号");
  const lines = due.map(({ of, line }, at) => paymentOf(row.batch, at + 1, of, line));
  const { batch, account, by, date, profile } = row;
  const named = plans.map(({ plan }) => plan);
  const data = { batch, account, by, date, profile, plans: named, free, ...listOf(batch, lines) };
  return { stream: streams.batch(batch), type: "BatchInstructed", data };
}

/** A batch is not dated before its plans were approved, nor before the last step of its lines. */
function tooEarly(
  date: string,
  plans: readonly PlanToPay[],
  due: readonly { readonly of: PlanToPay; readonly line: KeptLine }[],
): Refusal | undefined {
  let first = "";
  for (const { state } of plans) first = later(first, state.list?.approvedOn);
  for (const { of, line } of due) {
    first = later(first, of.state.lines.get(holderKey(line))?.lastDay);
    first = later(first, of.payments.get(line.line)?.last?.day);
  }
  if (date >= first) return undefined;
  return refuse("DateBefore", `执行日期 is before what it follows (${first})`, "执行日期");
}

function later(day: string, other = ""): string {
  return compareCodePoints(other, day) > 0 ? other : day;
}

function paymentOf(batch: string, number: number, { plan, state }: PlanToPay, line: KeptLine) {
  const { household, organisation, person, amount } = line;
  const own = state.lines.get(holderKey(line)) ?? untouched();
  return {
    payment: `${batch}-${number}`,
    plan,
    version: state.version,
    line: line.line,
    ...{ household, organisation, person, amount },
    leg: state.plan.leg,
    organisationPaying: state.plan.organisation,
    sealed: own.sealed ?? line.sealed,
  };
}

/** A batch over all due lines of plans: what a bank is told to pay. */
export const instructions = rowKind({
  name: "instructions",
  summary: "Tell a bank to pay the due lines of plans",
  right: "pay",
  isFile: false,
  surveys: true,
  columns,
  id: "batch",
  key: keys.batch,
  date: "date",
  checks: [
    [
      "batch",
      ({ batch }) =>
        !/^[A-Za-z0-9-]{1,27}$/.test(batch) && "批次号 is of A–Z a–z 0–9 and -, at most 27",
    ],
  ],
  rules: [],
  said: ({ data }) => {
    const said: Readonly<Record<string, unknown>> = data;
    return { ...said, plans: (said["plans"] as readonly string[]).join(planSeparator) };
  },
  records: instructed,
  examples: [
    {
      batch: "PC20260403-1",
      plans: "JH-00001",
      account: "53001616030000000000",
      by: "示例",
      date: "2026-04-03",
      profile: "pain.001.001.03",
    },
  ],
});
