import type { EventData } from "../../../events/index.ts";
import { termsOf } from "../contract.ts";
import type { Facts } from "../facts.ts";
import type { Recorded } from "../kind.ts";
import { keys, onces, streams } from "../facts.ts";
import { partOf, toUnits } from "../decimal.ts";
import { isQuorate } from "../packs.ts";
import { policyFor } from "../policy.ts";
import type { Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import { noticeDays } from "../working-days.ts";
import { divisionOf } from "./division.ts";
import { frozenList, holdersAsked, planHolders, planWith } from "./freezing.ts";
import type { PlanHolders } from "./freezing.ts";
import { holderKey } from "./holder.ts";
import type { ListLines } from "./list-lines.ts";
import { linesOf } from "./list-lines.ts";
import { listHasher } from "./list-hash.ts";
import { listMadeOf } from "../list.ts";
import { isSamePerson } from "./people.ts";
import type { PlanState, StandingList } from "./plan-state.ts";
import { hasBecomeDue, incomeState, lastNoticeDay } from "./plan-state.ts";
import { schemeOf } from "./scheme-of.ts";
import type { Division } from "./schemes.ts";
import { divide, needsReason } from "./schemes.ts";
import { stepColumns } from "./step-columns.ts";
import type { Stepping } from "./step-machine.ts";

/** What every step says, for its event. */
export function toldBy({ row, free }: Stepping) {
  const { step, plan, date, by, period } = row;
  return { step, plan, date, by, period, free };
}

/** The stream of a step: that of its plan's income. */
export function streamOf({ state }: Pick<Stepping, "state">): string {
  return streams.income(state.plan.income);
}

/** The packs by which a step is judged. */
export function policyOf({ row, state, facts }: Stepping) {
  return policyFor(row.date, divisionOf(state.plan.organisation, facts), facts);
}

function standing({ list }: PlanState): StandingList {
  if (list === undefined) throw new Error("a step in the order is one of a list");
  return list;
}

/** A value of the row that its step needs. */
export function filled<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("parsed: a step has what it needs");
  return value;
}

/** 定案: the list that the plan comes to, or why there is none. */
export function freezeRecorded(stepping: Stepping): Recorded | Refusal {
  const { row, state, facts } = stepping;
  const { plan } = state;
  const holders = facts.survey(planHolders, holdersAsked(plan)) ?? nobody;
  const taking = planWith(plan, holders.taking);
  const division = divide(taking);
  if (division === "BasisMissing") {
    return refuse("BasisMissing", "there is nobody to divide over", "计划编号");
  }
  const latest = [plan.heldOn, plan.to].find((day) => day !== undefined && day > row.date);
  if (latest !== undefined) {
    return refuse(
      "BasisNotYet",
      `what it divides over is that of a later day (${latest})`,
      "业务日期",
    );
  }
  const isReasoned = plan.isReasoned || stepping.has("说明");
  if (!isReasoned && needsReason(taking)) {
    const message = "all weigh the same: 说明理由 in the plan or 说明 here is needed";
    return refuse("ReasonMissing", message, "说明");
  }
  if (division === "PoolTooSmall") {
    return refuse("PoolTooSmall", "分配金额 is below what is promised in any case", "计划编号");
  }
  const excess = exceeding(stepping, toUnits(division.sum, 2));
  if (excess !== undefined) return excess;
  return listRecorded(stepping, holders, division, isReasoned);
}

/** While the read models are not asked yet. */
const nobody: PlanHolders = {
  taking: [],
  read: () => Promise.resolve(),
  take: () => {
    throw new Error("nobody takes part");
  },
};

function listRecorded(
  stepping: Stepping,
  holders: PlanHolders,
  division: Division,
  isReasoned: boolean,
): Recorded {
  const { plan, version } = stepping.state;
  const next = version + 1;
  const hasher = listHasher(plan.plan, next);
  const said = {
    ...toldBy(stepping),
    version: next,
    income: plan.income,
    scheme: schemeOf(plan.scheme).code,
    pool: plan.pool,
    leg: plan.leg,
    isReasoned,
  };
  const freezing = { plan: plan.plan, version: next, division, holders };
  return {
    stream: streamOf(stepping),
    type: "ListFrozen",
    making: frozenList(freezing, hasher),
    close: (list) => {
      const { hash, manifest } = hasher.finish();
      return { ...said, ...list, root: manifest.root, hash };
    },
  };
}

/** Whether the lists of an income that stand would give away more than it has. */
function exceeding({ state, facts }: Stepping, sum: bigint): Refusal | undefined {
  const { income, plans } = incomeState(state.plan.income, facts);
  let given = sum;
  for (const { list, stage } of plans.values()) {
    if (list !== undefined && stage !== "cancelled") given += list.sum - list.takenBack;
  }
  if (income === undefined) return undefined;
  const { available } = income;
  if (given > toUnits(available, 2)) {
    const message = `the lists of the income come to more than 可分配金额 (${available})`;
    return refuse("IncomeExceeded", message, "计划编号");
  }
  const ratio = sharedOf(income, facts);
  if (ratio === undefined || given <= toUnits(partOf(available, ratio), 2)) return undefined;
  const message = `the lists of the income come to more than the contract's part (${ratio}) of it`;
  return refuse("RatioExceeded", message, "计划编号");
}

/** The part of an income that its contract gives away; undefined where it says none. */
function sharedOf(
  { contract, date }: EventData<"IncomeRecorded">,
  facts: Facts,
): string | undefined {
  const signed = contract === undefined ? undefined : facts.known(keys.contract(contract));
  if (signed === undefined) return undefined;
  const { profitShare, returnRatio } = termsOf(signed, date);
  return profitShare ?? returnRatio;
}

/** A step of the order, or about a notice, or the end of a plan; 定案 is another. */
export function orderStepRecorded(stepping: Stepping): Recorded | Refusal {
  switch (stepping.row.kind) {
    case "resolve":
      return resolveRecorded(stepping);
    case "review":
      return reviewRecorded(stepping);
    case "notice":
      return noticeRecorded(stepping);
    case "object":
      return objectionRecorded(stepping);
    case "answer":
      return answerRecorded(stepping);
    case "endNotice":
      return noticeEndRecorded(stepping);
    case "approve":
      return approvalRecorded(stepping);
    case "cancel":
      return cancellingRecorded(stepping);
    case "freeze":
    case "hold":
    case "release":
    case "stop":
    case "changePayee":
    case "reissue":
    case "recover":
      throw new Error("a step of another sort");
  }
}

function resolveRecorded(stepping: Stepping): Recorded | Refusal {
  const { row, state } = stepping;
  const [expected, present, agreed] = [row.expected, row.present, row.agreed].map(filled);
  const policy = policyOf(stepping);
  const quorum = { present: policy.value("quorum.present"), agreed: policy.value("quorum.agreed") };
  const attendance = { due: filled(expected), present: filled(present), agreed: filled(agreed) };
  if (!isQuorate(attendance, quorum)) {
    const message =
      `at least ${quorum.present} of 应到人数 must be present and more than ${quorum.agreed} ` +
      "of 实到人数 agree";
    return refuse("QuorumNotMet", message, stepColumns.agreed.column);
  }
  const data = {
    ...toldBy(stepping),
    version: state.version,
    expected: attendance.due,
    present: attendance.present,
    agreed: attendance.agreed,
    host: filled(row.host),
    documents: filled(row.documents).split(" "),
  };
  return underPack({ stream: streamOf(stepping), type: "ListResolved", data }, policy.answered);
}

function underPack(event: Recorded, pack: string | undefined): Recorded {
  return pack === undefined ? event : { ...event, pack };
}

function reviewRecorded(stepping: Stepping): Recorded | Refusal {
  const { row, state } = stepping;
  const { frozenBy, host, version } = standing(state);
  if (isSamePerson(row.by, frozenBy) || isSamePerson(row.by, host)) {
    return samePerson("经办人 has frozen this list, or led the assembly on it");
  }
  const data = { ...toldBy(stepping), version, unit: filled(row.unit) };
  const stream = streamOf(stepping);
  if (row.opinion === "sentBack") {
    return { stream, type: "ListSentBack", data: { ...data, from: "review" } };
  }
  return { stream, type: "ListReviewed", data };
}

function samePerson(message: string): Refusal {
  return refuse("SamePerson", message, stepColumns.by.column);
}

function listChanged({ row, state }: Stepping): Refusal | undefined {
  if (row.hash === standing(state).hash) return undefined;
  return refuse("ListChanged", "清单哈希 is not that of the frozen list", "清单哈希");
}

/** 12317 and another number, both as groups of digits. */
function namesPhones(text: string): boolean {
  const numbers: readonly string[] = text.match(/\d+(?:-\d+)*/g) ?? [];
  return numbers.includes("12317") && numbers.some((number) => number !== "12317");
}

function noticeRecorded(stepping: Stepping): Recorded | Refusal {
  const { row, state } = stepping;
  const changed = listChanged(stepping);
  if (changed !== undefined) return changed;
  const phones = filled(row.phones);
  if (!namesPhones(phones)) {
    return refuse("NoticeIncomplete", "举报电话 names 12317 and another number", "举报电话");
  }
  const policy = policyOf(stepping);
  const least = policy.value("notice.days");
  const working = policy.value("notice.working");
  const counting = {
    working,
    holidays: working ? policy.value("holidays") : [],
    workdays: working ? policy.value("workdays") : [],
  };
  const until = filled(row.until);
  const days = noticeDays(counting, row.date, until);
  if (days < least) {
    const kind = working ? "working days" : "days";
    const message = `the notice runs for ${days} ${kind}, and ${least} are the least`;
    return refuse("NoticeTooShort", message, "截止日期");
  }
  const [level, place, channels] = [filled(row.level), filled(row.place), filled(row.channels)];
  const { version } = state;
  const data = {
    ...toldBy(stepping),
    ...{ version, level, place, channels, until, hash: filled(row.hash), phones },
  };
  return underPack({ stream: streamOf(stepping), type: "NoticePosted", data }, policy.answered);
}

function objectionRecorded(stepping: Stepping): Recorded | Refusal {
  const { row, state, facts } = stepping;
  const { household, organisation, person } = row;
  if (row.date > lastNoticeDay(state.list)) {
    return refuse("NoticeNotRunning", "业务日期 is after the last 截止日期", "业务日期");
  }
  if (household !== undefined && facts.known(keys.household(household)) === undefined) {
    return refuse("HouseholdUnknown", "户编号 is not in the register of households", "户编号");
  }
  if (organisation !== undefined && facts.known(keys.organisation(organisation)) === undefined) {
    return refuse("OrganisationUnknown", "主体编号 is not in the register", "主体编号");
  }
  const objection = filled(row.objection);
  const once = onces.objectionFiled(objection);
  if (facts.first(once) !== undefined) {
    return refuse("ObjectionConflict", "异议编号 is used already", "异议编号");
  }
  const { version } = state;
  const data = { ...toldBy(stepping), version, objection, household, organisation, person };
  return { stream: streamOf(stepping), once, type: "ObjectionFiled", data };
}

function answerRecorded(stepping: Stepping): Recorded | Refusal {
  const { row, state } = stepping;
  const number = filled(row.objection);
  const objection = state.objections.get(number);
  if (objection === undefined) {
    return refuse("ObjectionUnknown", "异议编号 is not one to this plan", "异议编号");
  }
  if (objection.state !== "open") {
    return refuse("ObjectionAnswered", "异议编号 is answered already", "异议编号");
  }
  if (row.outcome === "held" && !hasLine(stepping, objection.names)) {
    return refuse("LineUnknown", "the objection names nobody who has a line", "异议编号");
  }
  if (isSamePerson(row.by, objection.filedBy)) {
    return samePerson("经办人 has filed the objection");
  }
  const { household, organisation, person } = objection.names;
  const data = {
    ...toldBy(stepping),
    version: state.version,
    objection: number,
    ...{ household, organisation, person },
    outcome: filled(row.outcome),
  };
  return { stream: streamOf(stepping), type: "ObjectionAnswered", data };
}

/** Whether whom an objection names has a line of the list that stands. */
function hasLine({ state, facts }: Stepping, names: Parameters<typeof holderKey>[0]): boolean {
  const { household, organisation, person } = names;
  if (household === undefined && organisation === undefined) return false;
  const lines = linesOf(state.plan, state.version, facts);
  if (person !== undefined) return lines.has(holderKey(names));
  return [...lines.values()].some(
    (line) => line.household === household && line.organisation === organisation,
  );
}

function noticeEndRecorded(stepping: Stepping): Recorded | Refusal {
  const { row, state } = stepping;
  const last = lastNoticeDay(state.list);
  if (row.date <= last) {
    return refuse("NoticeRunning", `the notice runs until ${last}`, "业务日期");
  }
  if ([...state.objections.values()].some((objection) => objection.state === "open")) {
    return refuse("ObjectionOpen", "an objection is not answered", "计划编号");
  }
  const data = { ...toldBy(stepping), version: state.version };
  return { stream: streamOf(stepping), type: "NoticeEnded", data };
}

function approvalRecorded(stepping: Stepping): Recorded | Refusal {
  const { row, state, facts } = stepping;
  const changed = listChanged(stepping);
  if (changed !== undefined) return changed;
  const { frozenBy, version, hash } = standing(state);
  if (isSamePerson(row.by, frozenBy)) return samePerson("经办人 has frozen this list");
  const data = { ...toldBy(stepping), version, unit: filled(row.unit), hash };
  const stream = streamOf(stepping);
  if (row.opinion === "sentBack") {
    return { stream, type: "ListSentBack", data: { ...data, from: "approve" } };
  }
  const { plan } = state;
  const approved = { ...standing(state), heldThen: state.holds };
  const due = dueLines({ ...state, list: approved }, facts);
  const said = { ...data, organisationPaying: plan.organisation, leg: plan.leg };
  return {
    stream,
    type: "ListApproved",
    making: listMadeOf(`${plan.plan}/${version}/approved`, due),
    close: (list) => ({ ...said, ...list }),
  };
}

/** What is due of a list: lines of 0.00 and those that are held, or were stopped, are not. */
function dueLines(state: PlanState, facts: Stepping["facts"]) {
  return dueOf(state, linesOf(state.plan, state.version, facts));
}

function* dueOf(state: PlanState, lines: ListLines) {
  for (const line of lines.values()) {
    const { household, organisation, person, amount } = line;
    const isDue = amount !== "0.00" && hasBecomeDue(state, line);
    if (!isDue || state.lines.get(holderKey(line))?.isStopped === true) continue;
    yield { line: line.line, household, organisation, person, amount };
  }
}

function cancellingRecorded(stepping: Stepping): Recorded {
  const { state, facts } = stepping;
  const { plan, version } = state;
  const due = state.stage === "approved" ? dueLines(state, facts) : [];
  const said = { ...toldBy(stepping), organisationPaying: plan.organisation, leg: plan.leg };
  return {
    stream: streamOf(stepping),
    type: "PlanCancelled",
    making: listMadeOf(`${plan.plan}/${version}/cancelled`, due),
    close: (list) => ({ ...said, ...list }),
  };
}
