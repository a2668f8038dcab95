import { z } from "zod";
import type { ListTold, Post, Told } from "./define.ts";
import {
  day,
  event,
  freeText,
  identifier,
  listClosingOf,
  money,
  nobody,
  nothing,
  sha256,
  turned,
  vaultItem,
  yuan,
} from "./define.ts";
import { legOf } from "./legs.ts";
import type { StepName } from "./schemes.ts";
import { noticeLevels, objectionOutcomes } from "./schemes.ts";

const category = "income";

/** What every step of a plan says. */
const step = {
  step: identifier,
  plan: identifier,
  date: day,
  /** 经办人 */
  by: identifier,
  period: z.string().optional(),
  free: freeText.optional(),
};
const version = z.int().min(1);
/** Whom a line is for: a household or an organisation, and a person of the household. */
const beneficiary = {
  household: identifier.optional(),
  organisation: identifier.optional(),
  person: identifier.optional(),
};
const documents = z.array(sha256);

/** A quantity with exactly four decimals. */
const basis4 = z.string().regex(/^(0|[1-9]\d*)\.\d{4}$/);

/** A line of a frozen list: the leaf that may be published, whose it is, and what it rests on. */
const frozenLine = z
  .object({
    line: z.int().min(1),
    ...beneficiary,
    basis: z.union([basis4, z.object({ kilograms: basis4, shares: basis4 }).strict()]),
    factor: basis4.optional(),
    priority: z.int().optional(),
    claim: money.optional(),
    amount: money,
    commit: sha256,
    shown: z.string(),
    village: z.string(),
    /** An account stands in the list. */
    isPayable: z.boolean(),
    /** Vault item with account, holder, name, salt and status. */
    sealed: vaultItem,
  })
  .strict();

/** A line that becomes due. */
const dueLine = z.object({ line: z.int().min(1), ...beneficiary, amount: money }).strict();

/** What a step of one line says of it. */
const ofLine = {
  ...step,
  version,
  line: z.int().min(1),
  ...beneficiary,
  organisationPaying: identifier,
  leg: identifier,
  amount: money,
};

/** How often the line has been instructed before. */
const payments = z.int().min(0);

interface OfLine {
  readonly plan: string;
  readonly line: number;
  readonly household?: string | undefined;
  readonly amount: string;
  readonly leg: string;
}

/** The sentence of a step for the household of its line. */
function tellsOfLine<D extends OfLine>(what: (data: D) => string): (data: D) => Told {
  return (data) => {
    const { household, plan, line } = data;
    return household === undefined ? [] : [[household, `计划 ${plan} 第 ${line} 行${what(data)}`]];
  };
}

interface OfList {
  readonly plan: string;
  readonly version: number;
}

/** What a step of the order tells of its list. */
function tellsOfList<D extends OfList>(what: (data: D) => string): (data: D) => ListTold {
  return (data) => ofList(data, what(data));
}

function ofList({ plan, version: of }: OfList, what: string): ListTold {
  return { plan, version: of, sentence: `计划 ${plan} 第 ${of} 版${what}` };
}

interface Owing {
  readonly household?: string | undefined;
  readonly organisation?: string | undefined;
  readonly leg: string;
  readonly amount: string;
}

/** Whose account a posting about a beneficiary is: a household's with its payer, or an entity's. */
export function accountOf(
  { household, organisation }: Pick<Owing, "household" | "organisation">,
  payer: string,
): readonly [household: string | null, organisation: string | null] {
  return household === undefined ? [null, organisation ?? null] : [household, payer];
}

/**
 * What is due to a beneficiary is owed by the organisation whose income it is; turned, it is taken
 * back.
 */
function postDue(owing: Owing, payer: string, post: Post): void {
  const { leg, amount } = owing;
  if (/^-?0\.00$/.test(amount)) return;
  post("due", ...accountOf(owing, payer), leg, yuan, amount);
  post("owed", null, payer, leg, yuan, turned(amount));
}

/**
 * What a beneficiary was paid on a day: it is received, and no longer outstanding; turned, both are
 * taken back.
 */
export function postPaid(owing: Owing, payer: string, post: Post, day?: string): void {
  const { household, leg, amount } = owing;
  const account = accountOf(owing, payer);
  post(household === undefined ? "entity" : "household", ...account, leg, yuan, amount, day);
  post("organisation", null, payer, leg, yuan, turned(amount), day);
  post("settled", ...account, leg, yuan, turned(amount), day);
  post("owed", null, payer, leg, yuan, amount, day);
}

/** Steps of a plan: events of its income's stream. */
export const stepEvents = {
  ListLinesFrozen: event({
    category,
    key: "list",
    summary: "Lines of a list that its closing event, later in this stream, freezes.",
    data: z.object({ list: identifier, lines: z.array(frozenLine) }).strict(),
    tells: nobody,
    posts: nothing,
  }),
  ListFrozen: event({
    category,
    key: "step",
    summary: "A plan is divided and its list frozen, with its hash (定案).",
    data: z
      .object({
        ...step,
        version,
        income: identifier,
        /** The scheme with its version, such as `by-shares/1`. */
        scheme: identifier,
        pool: money,
        leg: identifier,
        isReasoned: z.boolean(),
        ...listClosingOf(frozenLine),
        /** Merkle tree hash of the leaves (RFC 6962). */
        root: sha256,
        /** 清单哈希 */
        hash: sha256,
      })
      .strict(),
    tells: ({ plan, version: of, leg, lines }) =>
      tellsOfLines(lines, ({ line, amount }) => {
        return `定案：计划 ${plan} 第 ${of} 版第 ${line} 行，${nameOf(leg)} ${amount} 元`;
      }),
    posts: nothing,
    reference: "step",
    parts: "ListLinesFrozen",
    postingsPerLine: 0,
  }),
  ListResolved: event({
    category,
    key: "step",
    summary: "Those entitled to vote have agreed to a list (决议).",
    data: z
      .object({
        ...step,
        version,
        expected: z.int().min(0),
        present: z.int().min(0),
        agreed: z.int().min(0),
        host: identifier,
        documents,
      })
      .strict(),
    tells: nobody,
    tellsList: tellsOfList(
      ({ expected, present, agreed, host }) =>
        `决议：应到 ${expected} 人，实到 ${present} 人，同意 ${agreed} 人，主持人 ${host}`,
    ),
    posts: nothing,
    reference: "step",
  }),
  ListReviewed: event({
    category,
    key: "step",
    summary: "A unit has reviewed a list and agrees (审核, 同意).",
    data: z.object({ ...step, version, unit: z.string() }).strict(),
    tells: nobody,
    tellsList: tellsOfList(({ unit }) => `审核同意：${unit}`),
    posts: nothing,
    reference: "step",
  }),
  ListSentBack: event({
    category,
    key: "step",
    summary: "A reviewing or approving unit sends a list back, which is void (退回).",
    data: z
      .object({
        ...step,
        version,
        unit: z.string(),
        from: z.enum(["review", "approve"]),
        hash: sha256.optional(),
      })
      .strict(),
    tells: nobody,
    tellsList: tellsOfList(
      ({ from, unit }) => `${from === "review" ? "审核" : "批准"}退回：${unit}，名单作废`,
    ),
    posts: nothing,
    reference: "step",
  }),
  NoticePosted: event({
    category,
    key: "step",
    summary: "A list hangs in public until a day, with its hash (公示).",
    data: z
      .object({
        ...step,
        version,
        /** A name of `noticeLevels`. */
        level: identifier,
        place: z.string(),
        channels: z.string(),
        until: day,
        hash: sha256,
        phones: z.string(),
      })
      .strict(),
    tells: nobody,
    tellsList: tellsOfList(
      ({ level, place, channels, date, until }) =>
        `公示：${levelWords(level)}，${place}（${channels}），${date} 至 ${until}`,
    ),
    posts: nothing,
    reference: "step",
  }),
  ObjectionFiled: event({
    category,
    key: "step",
    summary: "Somebody objects to a list while it hangs (异议).",
    data: z.object({ ...step, version, objection: identifier, ...beneficiary }).strict(),
    tells: ({ household, plan, objection }) =>
      household === undefined ? [] : [[household, `计划 ${plan} 异议 ${objection}`]],
    tellsList: (data) => (namesSomebody(data) ? undefined : ofList(data, `异议 ${data.objection}`)),
    posts: nothing,
    reference: "step",
  }),
  ObjectionAnswered: event({
    category,
    key: "step",
    summary: "An objection is answered: upheld, which voids the list, dismissed, or held (答复).",
    data: z
      .object({
        ...step,
        version,
        objection: identifier,
        ...beneficiary,
        /** A name of `objectionOutcomes`. */
        outcome: identifier,
      })
      .strict(),
    tells: ({ household, plan, objection, outcome }) =>
      household === undefined
        ? []
        : [[household, `计划 ${plan} 异议 ${objection} 答复：${outcomeOf(outcome)}`]],
    // Of an objection about somebody else nothing is told but that the list is void by it.
    tellsList: (data) => {
      const { objection, outcome } = data;
      if (!namesSomebody(data)) {
        return ofList(data, `异议 ${objection} 答复：${outcomeOf(outcome)}`);
      }
      return outcome === "upheld" ? ofList(data, "异议成立，名单作废") : undefined;
    },
    posts: nothing,
    reference: "step",
  }),
  NoticeEnded: event({
    category,
    key: "step",
    summary: "The public notice of a list has ended without an open objection (公示结束).",
    data: z.object({ ...step, version }).strict(),
    tells: nobody,
    tellsList: tellsOfList(() => "公示结束"),
    posts: nothing,
    reference: "step",
  }),
  ListLinesApproved: event({
    category,
    key: "list",
    summary: "Lines that their closing event, later in this stream, makes due.",
    data: z.object({ list: identifier, lines: z.array(dueLine) }).strict(),
    tells: nobody,
    posts: nothing,
  }),
  ListApproved: event({
    category,
    key: "step",
    summary: "A list is approved by its hash, and what is not held of it is due (批准).",
    data: z
      .object({
        ...step,
        version,
        unit: z.string(),
        hash: sha256,
        organisationPaying: identifier,
        leg: identifier,
        ...listClosingOf(dueLine),
        count: z.int().min(0),
      })
      .strict(),
    tells: ({ plan, unit, leg, lines }) =>
      tellsOfLines(lines, ({ line, amount }) => {
        return `批准：${unit}，计划 ${plan} 第 ${line} 行，应付${nameOf(leg)} ${amount} 元`;
      }),
    // Whose line is held, or comes to nothing, has nothing due.
    tellsList: tellsOfList(({ unit }) => `批准：${unit}`),
    posts: ({ organisationPaying, leg, lines }, post) => {
      for (const line of lines) postDue({ ...line, leg }, organisationPaying, post);
    },
    reference: "step",
    parts: "ListLinesApproved",
    postingsPerLine: 2,
  }),
  LineHeld: event({
    category,
    key: "step",
    summary: "The payment of a line is held (暂停).",
    data: z.object(ofLine).strict(),
    tells: tellsOfLine(() => "暂停发放"),
    posts: nothing,
    reference: "step",
  }),
  LineReleased: event({
    category,
    key: "step",
    summary: "A line that was held may be paid (放行).",
    data: z.object({ ...ofLine, becomesDue: z.boolean() }).strict(),
    tells: tellsOfLine(() => "放行"),
    posts: (data, post) => {
      if (data.becomesDue) postDue(data, data.organisationPaying, post);
    },
    reference: "step",
  }),
  LineStopped: event({
    category,
    key: "step",
    summary: "A line will never be paid (停发).",
    data: z.object({ ...ofLine, documents, wasDue: z.boolean() }).strict(),
    tells: tellsOfLine(({ amount }) => `停发，${amount} 元`),
    posts: (data, post) => {
      if (!data.wasDue) return;
      postDue({ ...data, amount: turned(data.amount) }, data.organisationPaying, post);
    },
    reference: "step",
  }),
  PayeeChanged: event({
    category,
    key: "step",
    summary: "A line that came back is to be paid to the account recorded now (改户).",
    data: z.object({ ...ofLine, payments, reviewedBy: identifier, sealed: vaultItem }).strict(),
    tells: tellsOfLine(({ payments: sent }) => `改户，此前代发 ${sent} 次`),
    posts: nothing,
    reference: "step",
  }),
  LineReissued: event({
    category,
    key: "step",
    summary: "A line that came back is to be paid again to the same account (重发).",
    data: z.object({ ...ofLine, payments }).strict(),
    tells: tellsOfLine(({ payments: sent }) => `重发，此前代发 ${sent} 次`),
    posts: nothing,
    reference: "step",
  }),
  LineRecovered: event({
    category,
    key: "step",
    summary: "What was paid for a line is back (追回).",
    data: z.object({ ...ofLine, voucher: z.string() }).strict(),
    tells: tellsOfLine(
      ({ amount, leg, voucher }) => `追回${nameOf(leg)} ${amount} 元，凭证 ${voucher}`,
    ),
    posts: (data, post) => {
      const back = { ...data, amount: turned(data.amount) };
      postPaid(back, data.organisationPaying, post);
      postDue(back, data.organisationPaying, post);
    },
    reference: "step",
  }),
  PlanCancelled: event({
    category,
    key: "step",
    summary: "A plan is given up; what was due by it is taken back (撤销).",
    data: z
      .object({
        ...step,
        organisationPaying: identifier,
        leg: identifier,
        ...listClosingOf(dueLine),
        count: z.int().min(0),
      })
      .strict(),
    tells: ({ plan, leg, lines }) =>
      tellsOfLines(lines, ({ line, amount }) => {
        return `撤销：计划 ${plan} 第 ${line} 行，${nameOf(leg)} −${amount} 元`;
      }),
    tellsList: ({ plan }) => ({ plan, version: undefined, sentence: `撤销：计划 ${plan}` }),
    posts: ({ organisationPaying, leg, lines }, post) => {
      for (const line of lines) {
        postDue({ ...line, leg, amount: turned(line.amount) }, organisationPaying, post);
      }
    },
    reference: "step",
    parts: "ListLinesApproved",
    postingsPerLine: 2,
  }),
};

/** The step that each type of event is; 审核 and 批准 that send a list back are one of their own. */
export const stepKinds = {
  ListFrozen: "freeze",
  ListResolved: "resolve",
  ListReviewed: "review",
  ListSentBack: "sentBack",
  NoticePosted: "notice",
  ObjectionFiled: "object",
  ObjectionAnswered: "answer",
  NoticeEnded: "endNotice",
  ListApproved: "approve",
  LineHeld: "hold",
  LineReleased: "release",
  LineStopped: "stop",
  PayeeChanged: "changePayee",
  LineReissued: "reissue",
  LineRecovered: "recover",
  PlanCancelled: "cancel",
} as const satisfies Readonly<
  Record<Exclude<keyof typeof stepEvents, `ListLines${string}`>, StepName | "sentBack">
>;

/** Whether a type of event is a step. */
export function isStep(type: string): type is keyof typeof stepKinds {
  return Object.hasOwn(stepKinds, type);
}

/** One sentence for each household of a list, whose lines may be several. */
export function tellsOfLines<L extends { readonly household?: string | undefined }>(
  lines: readonly L[],
  sentence: (line: L) => string,
): Told {
  const told = new Map<string, string>();
  for (const line of lines) {
    const { household } = line;
    if (household === undefined) continue;
    const before = told.get(household);
    const own = sentence(line);
    told.set(household, before === undefined ? own : `${before}；${own}`);
  }
  return [...told];
}

function namesSomebody({ household, organisation }: Pick<Owing, "household" | "organisation">) {
  return household !== undefined || organisation !== undefined;
}

/** 村级, 乡镇级, 县级; 项目点 is a place. */
function levelWords(level: string): string {
  const names: Readonly<Record<string, string>> = noticeLevels;
  const name = names[level] ?? level;
  return level === "site" ? name : `${name}级`;
}

function nameOf(leg: string): string {
  return legOf(leg)?.name ?? leg;
}

function outcomeOf(outcome: string): string {
  const names: Readonly<Record<string, string>> = objectionOutcomes;
  return names[outcome] ?? outcome;
}
