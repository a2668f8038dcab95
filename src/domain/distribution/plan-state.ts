import { incomeEvents } from "../../../events/income.ts";
import type { EventData } from "../../../events/index.ts";
import type { ProcedureName, StepName } from "../../../events/schemes.ts";
import { procedures } from "../../../events/schemes.ts";
import { toUnits } from "../decimal.ts";
import type { Facts, KnownEvent } from "../facts.ts";
import { streams } from "../facts.ts";
import { fold } from "../fold.ts";
import type { HolderNames } from "./holder.ts";
import { holderKey } from "./holder.ts";

/** Where a plan stands: what its list has come to, or `drafted` where no list stands. */
export const planStages = [
  "drafted",
  "frozen",
  "resolved",
  "reviewed",
  "noticed",
  "noticeEnded",
  "approved",
  "cancelled",
] as const;

/** One of them. */
export type PlanStage = (typeof planStages)[number];

/** The list of a plan that stands. */
export interface StandingList {
  readonly version: number;
  readonly hash: string;
  /** In fen. */
  readonly sum: bigint;
  readonly frozenBy: string;
  /** 主持人 of its 决议. */
  host?: string;
  readonly notices: { readonly level: string; readonly from: string; readonly until: string }[];
  approvedBy?: string;
  approvedOn?: string;
  /** Who was held when it was approved: their lines did not become due then. */
  heldThen?: Holds;
  /** In fen: of lines that were stopped or recovered. */
  takenBack: bigint;
}

/** An objection to a list of a plan, whichever version. */
export interface Objection {
  readonly names: HolderNames;
  readonly filedBy: string;
  readonly filedOn: string;
  state: "open" | "upheld" | "dismissed" | "held";
}

/** Holds of payment, which stay with a beneficiary whatever becomes of a list. */
export interface Holds {
  /** By {@link holderKey}. */
  readonly lines: Set<string>;
  /** All lines of a household or an organisation, later ones too, but for those released since. */
  readonly whole: Map<string, Set<string>>;
}

/** What the steps of one line have made of it. */
export interface LineState {
  lastDay: string;
  isStopped: boolean;
  isRecovered: boolean;
  /** It was held when its list was approved and has been released since. */
  isReleased: boolean;
  /** How often it had been instructed when it was put up for payment again (改户, 重发). */
  resumedAfter: number | undefined;
  /** The vault item of the account that it is to be paid to since 改户. */
  sealed: string | undefined;
}

/** One plan of an income. */
export interface PlanState {
  readonly plan: EventData<"PlanDrafted">;
  stage: PlanStage;
  list: StandingList | undefined;
  /** The version of its last list, 0 where there was none. */
  version: number;
  /** The day of the last step in its order, or of the plan. */
  lastDay: string;
  /** The latest day of any step. */
  latestDay: string;
  readonly objections: Map<string, Objection>;
  readonly holds: Holds;
  /** By {@link holderKey}; lines without a step of their own are not there. */
  readonly lines: Map<string, LineState>;
}

/** An income with all its plans. */
export interface IncomeState {
  income: EventData<"IncomeRecorded"> | undefined;
  /** The day of the correction that takes it back. */
  takenBackOn: string | undefined;
  readonly plans: Map<string, PlanState>;
}

type PlanStepEvent = Extract<KnownEvent, { data: { plan: string; step: string } }>;

/** Changes a plan by one of its steps. */
function step<E extends PlanStepEvent>(
  change: (plan: PlanState, data: E["data"]) => void,
): (state: IncomeState, event: E) => void {
  return ({ plans }, { data }) => {
    const plan = plans.get(data.plan);
    if (plan === undefined) throw new Error("a step is one of a plan of its income");
    change(plan, data);
    if (data.date > plan.latestDay) plan.latestDay = data.date;
  };
}

/** Changes the list of a plan by a step in its order. */
function inOrder<E extends PlanStepEvent>(
  stage: PlanStage,
  change: (list: StandingList, data: E["data"]) => void = () => undefined,
) {
  return step<E>((plan, data) => {
    if (plan.list === undefined) throw new Error("a step in the order is one of a list");
    change(plan.list, data);
    plan.stage = stage;
    plan.lastDay = data.date;
  });
}

function voidList(plan: PlanState, date: string): void {
  plan.list = undefined;
  plan.stage = "drafted";
  plan.lastDay = date;
}

interface LineStep extends HolderNames {
  readonly date: string;
}

function ofLine<E extends PlanStepEvent & { data: LineStep }>(
  change: (line: LineState, data: E["data"], plan: PlanState) => void,
) {
  return step<E>((plan, data) => {
    const key = holderKey(data);
    const line = lineState(plan, key);
    line.lastDay = data.date;
    plan.lines.set(key, line);
    change(line, data, plan);
  });
}

function lineState({ lines }: PlanState, key: string): LineState {
  const known = lines.get(key);
  return known ?? untouched();
}

/** A line without a step of its own. */
export function untouched(): LineState {
  const nothing = { resumedAfter: undefined, sealed: undefined };
  return { lastDay: "", isStopped: false, isRecovered: false, isReleased: false, ...nothing };
}

function release({ lines, whole }: Holds, names: HolderNames): void {
  lines.delete(holderKey(names));
  whole.get(ownerOf(names))?.add(holderKey(names));
}

/** The household or organisation of a beneficiary, as a key. */
function ownerOf({ household, organisation }: HolderNames): string {
  return holderKey({ household, organisation });
}

/** Whether the payment of a line is held. */
export function isHeld({ lines, whole }: Holds, names: HolderNames): boolean {
  const key = holderKey(names);
  const released = whole.get(ownerOf(names));
  return lines.has(key) || (released !== undefined && !released.has(key));
}

/** Whether a line of an approved list is due, or was until it was paid. */
export function hasBecomeDue({ list, lines }: PlanState, names: HolderNames): boolean {
  if (list?.heldThen === undefined) return false;
  return !isHeld(list.heldThen, names) || lines.get(holderKey(names))?.isReleased === true;
}

/** An income and its plans, from the events of its stream. */
export const incomeFold = fold(
  incomeEvents,
  (): IncomeState => ({ income: undefined, takenBackOn: undefined, plans: new Map() }),
  {
    IncomeRecorded: (state, { data }) => {
      state.income = data;
    },
    IncomeCorrected: (state, { data }) => {
      state.takenBackOn = data.date;
    },
    PlanDrafted: ({ plans }, { data }) => {
      plans.set(data.plan, {
        plan: data,
        stage: "drafted",
        list: undefined,
        version: 0,
        lastDay: data.date,
        latestDay: data.date,
        objections: new Map(),
        holds: { lines: new Set(), whole: new Map() },
        lines: new Map(),
      });
    },
    ListLinesFrozen: "same",
    ListFrozen: step((plan, data) => {
      const { version, hash, by: frozenBy, date } = data;
      const sum = toUnits(data.sum, 2);
      plan.list = { version, hash, sum, frozenBy, notices: [], takenBack: 0n };
      plan.version = version;
      plan.stage = "frozen";
      plan.lastDay = date;
    }),
    ListResolved: inOrder("resolved", (list, { host }) => {
      list.host = host;
    }),
    ListReviewed: inOrder("reviewed"),
    ListSentBack: step((plan, { date }) => {
      voidList(plan, date);
    }),
    NoticePosted: inOrder("noticed", (list, { level, date: from, until }) => {
      list.notices.push({ level, from, until });
    }),
    ObjectionFiled: step(({ objections }, { objection, by, date, ...whose }) => {
      const { household, organisation, person } = whose;
      const names = { household, organisation, person };
      objections.set(objection, { names, filedBy: by, filedOn: date, state: "open" });
    }),
    ObjectionAnswered: step((plan, { objection, outcome, date }) => {
      const answered = plan.objections.get(objection);
      if (answered === undefined) throw new Error("an answer is one to an objection of its plan");
      answered.state = outcome as Objection["state"];
      if (outcome === "upheld") voidList(plan, date);
      if (outcome !== "held") return;
      const { names } = answered;
      if (names.person === undefined) plan.holds.whole.set(ownerOf(names), new Set());
      else plan.holds.lines.add(holderKey(names));
    }),
    NoticeEnded: inOrder("noticeEnded"),
    ListLinesApproved: "same",
    ListApproved: step((plan, { by, date }) => {
      if (plan.list === undefined) throw new Error("a list is approved that stands");
      const { lines, whole } = plan.holds;
      const then = [...whole].map(([owner, released]) => [owner, new Set(released)] as const);
      plan.list.heldThen = { lines: new Set(lines), whole: new Map(then) };
      plan.list.approvedBy = by;
      plan.list.approvedOn = date;
      plan.stage = "approved";
      plan.lastDay = date;
    }),
    LineHeld: ofLine((_line, data, { holds }) => {
      holds.lines.add(holderKey(data));
    }),
    LineReleased: ofLine((line, data, { holds }) => {
      line.isReleased = true;
      release(holds, data);
    }),
    LineStopped: ofLine((line, data, plan) => {
      line.isStopped = true;
      release(plan.holds, data);
      takeBack(plan, data.amount);
    }),
    PayeeChanged: ofLine((line, { payments, sealed }) => {
      line.resumedAfter = payments;
      line.sealed = sealed;
    }),
    LineReissued: ofLine((line, { payments }) => {
      line.resumedAfter = payments;
    }),
    LineRecovered: ofLine((line, data, plan) => {
      line.isRecovered = true;
      takeBack(plan, data.amount);
    }),
    PlanCancelled: step((plan, { date }) => {
      plan.stage = "cancelled";
      plan.lastDay = date;
    }),
  },
);

function takeBack({ list }: PlanState, amount: string): void {
  if (list !== undefined) list.takenBack += toUnits(amount, 2);
}

/** The state of a plan's income. */
export function incomeState(income: string, facts: Facts): IncomeState {
  return facts.state(incomeFold, streams.income(income));
}

/** Where a plan stands. */
export function planState(
  { income, plan }: Pick<EventData<"PlanDrafted">, "income" | "plan">,
  facts: Facts,
): PlanState {
  const state = incomeState(income, facts).plans.get(plan);
  // While the stream is not loaded it has no plans: the answer is asked for again.
  return state ?? unloaded;
}

const unloaded: PlanState = {
  plan: {} as never,
  stage: "drafted",
  list: undefined,
  version: 0,
  lastDay: "",
  latestDay: "",
  objections: new Map(),
  holds: { lines: new Set(), whole: new Map() },
  lines: new Map(),
};

/** The steps of a plan's procedure, in their order. */
export function orderOf({ plan }: PlanState): readonly StepName[] {
  return procedures[plan.procedure as ProcedureName].order;
}

/** The last day of the list's notices, "" where it has none. */
export function lastNoticeDay(list: StandingList | undefined): string {
  return (list?.notices ?? []).reduce((last, { until }) => (until > last ? until : last), "");
}
