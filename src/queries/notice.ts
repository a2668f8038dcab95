import type { Pool } from "pg";
import { z } from "zod";
import type { noticeLevels, SchemeName } from "../../events/schemes.ts";
import { noticeLevels as levels, planLegs, schemeNames } from "../../events/schemes.ts";
import { amount, ends } from "./answer.ts";
import type { KnownAt } from "./as-of.ts";
import { Unknown } from "./as-of.ts";
import { question } from "./define.ts";
import { publicList } from "./lists.ts";
import { plan } from "./parameters.ts";
import type { StandingPlan, StepRow } from "./plan-states.ts";
import { plansAt } from "./plan-states.ts";
import { planAt } from "./plans.ts";

const place = z.object({
  level: z.string().describe(Object.values(levels).join(", ")),
  place: z.string(),
  channels: z.string(),
  from: z.string().describe("its 业务日期"),
  until: z.string().describe("截止日期, included"),
  phones: z.string().describe("举报电话: 12317 and a local number"),
});

const head = {
  plan: z.string(),
  version: z.number(),
  entity: z.string().describe("the name of the income's entity; its 主体编号 where it has none"),
  period: z.string().nullable().describe("所属期 of the plan"),
  leg: z.string().describe("收入类别"),
  scheme: z.string().describe("分配方式"),
  pool: amount,
  count: z.number(),
  sum: amount,
  hash: z.string().describe("清单哈希"),
  frozen: z.object({ on: z.string(), by: z.string() }).describe("定案"),
  notices: z.array(place),
};

const line = z.object({
  line: z.number(),
  shown: z.string().describe("the name, masked"),
  village: z.string(),
  amount,
});

const noticeAnswer = z.object({ ...head, lines: z.array(line), ...ends }).meta({ id: "Notice" });

type NoticeHead = z.output<z.ZodObject<typeof head>>;

/** What the sheet for the wall says. */
export type Notice = NoticeHead & { readonly lines: z.output<typeof line>[] };

const whole = z.object({ ...head, lines: z.array(line) });

const remains = z.object({
  plan: z.string(),
  version: z.number(),
  entity: z.string(),
  period: z.string().nullable(),
  leg: z.string(),
  from: z.string(),
  until: z.string().describe("the last 截止日期"),
  hash: z.string(),
  count: z.number().nullable().describe("null where it has fewer than 5 lines"),
  sum: amount.nullable(),
  isUp: z.boolean().describe("it hangs on the wall alone"),
});

/** What stays of a notice on the web. */
export type NoticeRemains = z.output<typeof remains>;

const today = { schema: z.string().describe("a day of Asia/Shanghai") };

/** Fewer lines than these would tell who got what when only count and sum stay. */
const staysMin = 5;

/** The sheet of the list that stands. */
export const noticeQuestion = question({
  name: "notice",
  summary: "The notice of a plan's list",
  description:
    "What the sheet for the wall says of the list that stands: masked names, count, sum, hash, " +
    "where it hangs and how long, and whom to call.",
  about: "county",
  right: "sums",
  path: "/v1/plans/:plan/notice",
  parameters: { plan },
  answer: noticeAnswer,
  ask: ({ pool }, { plan: number }, knownAt) => noticeOf(pool, number, knownAt),
});

const entry = z.object({
  plan: z.string(),
  entity: z.string(),
  leg: z.string().describe("收入类别"),
  from: z.string(),
  until: z.string(),
  isOver: z.boolean().describe("its last day is over, or its list does not stand any more"),
});

/** The notices that were put up by a day, the newest first. */
export const noticesQuestion = question({
  name: "noticesOnWeb",
  summary: "The notices on the web",
  description: "One of each plan that had a notice by then, of the last list that was put up.",
  about: "county",
  right: "open",
  parameters: { today },
  answer: z.object({ notices: z.array(entry), ...ends }),
  ask: async ({ pool }, { today: day }, { position }) => {
    const names = await namesOf(pool, position);
    const notices = (await plansAt(pool, position)).flatMap((hung) => {
      const found = lastHung(hung);
      if (found === undefined || firstDay(found) > day) return [];
      const { plan: number, organisation, leg } = hung.row;
      const entity = names.get(organisation) ?? organisation;
      const isOver = !isUp(hung, found, day);
      const span = { from: firstDay(found), until: lastDay(found) };
      return [{ plan: number, entity, leg: legWords(leg), ...span, isOver }];
    });
    return { notices: notices.sort((a, b) => b.from.localeCompare(a.from)) };
  },
});

/** A notice as the web shows it on a day: whole while it hangs, then what stays of it. */
export const noticeOnWebQuestion = question({
  name: "noticeOnWeb",
  summary: "A notice on the web",
  description: "Whole from its first day to the end of its last, and no longer than its list.",
  about: "county",
  right: "open",
  parameters: { plan, today },
  answer: z.object({
    up: whole.nullable().describe("the notice, while its list hangs on the web"),
    remains: remains.nullable().describe("what stays of it; null while the list hangs"),
    ...ends,
  }),
  ask: async ({ pool }, { plan: number, today: day }, knownAt) => {
    const hung = await planAt(pool, number, knownAt.position);
    const found = lastHung(hung);
    if (found === undefined || firstDay(found) > day) {
      throw new Unknown("PlanUnknown", "no notice of this plan was put up");
    }
    const of = await headOf(pool, hung, found, knownAt);
    if (!hangs(hung, found, day)) return { up: null, remains: remainsOf(of, hung, found, day) };
    const { lines } = await publicList(pool, { plan: number }, knownAt);
    return { up: { ...of, lines: lines.map(lineOf) }, remains: null };
  },
});

/**
 * What the sheet of a plan's list says. Throws `Unknown`: `PlanUnknown`, or `StepOutOfOrder` where
 * no list of it stands or none of its notices was put up.
 */
export async function noticeOf(pool: Pool, number: string, knownAt: KnownAt): Promise<Notice> {
  const hung = await planAt(pool, number, knownAt.position);
  const found = stands(hung) ? lastHung(hung) : undefined;
  if (found === undefined || found.version !== hung.state.list?.version) {
    throw new Unknown("StepOutOfOrder", "no notice was put up of a list of this plan that stands");
  }
  const of = await headOf(pool, hung, found, knownAt);
  const { lines } = await publicList(pool, { plan: number }, knownAt);
  return { ...of, lines: lines.map(lineOf) };
}

/** A version of a plan's list that was put up. */
interface Hung {
  readonly version: number;
  readonly frozen: StepRow;
  readonly notices: readonly StepRow[];
}

function stands({ state }: StandingPlan): boolean {
  return state.list !== undefined && state.stage !== "cancelled";
}

/** The last version of a plan's list that was put up. */
function lastHung({ steps }: StandingPlan): Hung | undefined {
  const version = steps.findLast(({ kind }) => kind === "notice")?.version ?? undefined;
  if (version === undefined) return undefined;
  const own = steps.filter((step) => step.version === version);
  const frozen = own.find(({ kind }) => kind === "freeze");
  if (frozen === undefined) throw new Error("what is put up was frozen before");
  return { version, frozen, notices: own.filter(({ kind }) => kind === "notice") };
}

function firstDay({ notices }: Hung): string {
  return notices.reduce((first, { date }) => (date < first ? date : first), "9999-12-31");
}

function lastDay({ notices }: Hung): string {
  return notices.reduce((last, { until }) => ((until ?? "") > last ? (until ?? "") : last), "");
}

/** Whether the list stands and its last day is not over. */
function isUp(hung: StandingPlan, found: Hung, day: string): boolean {
  const isTheOne = stands(hung) && hung.state.list?.version === found.version;
  return isTheOne && lastDay(found) >= day;
}

/** Whether the list itself is on the web: one of 救助 hangs on the wall alone. */
function hangs(hung: StandingPlan, found: Hung, day: string): boolean {
  return isUp(hung, found, day) && hung.row.leg !== "relief";
}

function remainsOf(of: NoticeHead, hung: StandingPlan, found: Hung, day: string): NoticeRemains {
  const { plan: number, version, entity, period, leg, hash, count, sum } = of;
  const sums = count < staysMin ? { count: null, sum: null } : { count, sum };
  const span = { from: firstDay(found), until: lastDay(found), isUp: isUp(hung, found, day) };
  return { plan: number, version, entity, period, leg, hash, ...sums, ...span };
}

async function headOf(
  pool: Pool,
  { row }: StandingPlan,
  { version, frozen, notices }: Hung,
  { position }: KnownAt,
): Promise<NoticeHead> {
  const names = await namesOf(pool, position, row.organisation);
  const { hash, count, sum, date, by } = frozen;
  return {
    plan: row.plan,
    version,
    entity: names.get(row.organisation) ?? row.organisation,
    period: row.period,
    leg: legWords(row.leg),
    scheme: schemeNames[row.scheme as SchemeName],
    pool: row.pool,
    count: count ?? 0,
    sum: sum ?? "",
    hash: hash ?? "",
    frozen: { on: date, by },
    notices: notices.map(placeOf),
  };
}

/** The names of organisations that have one, or of one of them. */
async function namesOf(
  pool: Pool,
  position: bigint,
  organisation?: string,
): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ organisation: string; name: string }>(
    `SELECT DISTINCT ON (organisation) organisation, coalesce(name, '') AS name
     FROM read.organisations
     WHERE position <= $1 AND ($2::text IS NULL OR organisation = $2)
     ORDER BY organisation, position DESC`,
    [position, organisation ?? null],
  );
  const named = rows.filter(({ name }) => name !== "");
  return new Map(named.map(({ organisation: number, name }) => [number, name]));
}

function legWords(leg: string): string {
  return planLegs[leg as keyof typeof planLegs];
}

function placeOf({ level, place: where, channels, date, until, phones }: StepRow) {
  return {
    level: levels[level as keyof typeof noticeLevels],
    place: where ?? "",
    channels: channels ?? "",
    from: date,
    until: until ?? "",
    phones: phones ?? "",
  };
}

function lineOf({ line: number, shown, village, amount: yuan }: Notice["lines"][number]) {
  return { line: number, shown, village, amount: yuan };
}
