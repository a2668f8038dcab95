import { noticeLevels } from "../../events/schemes.ts";
import { canonical } from "../encoding/canonical.ts";
import { daysInclusive } from "../domain/calendar.ts";
import type { Notice, NoticeRemains } from "../queries/notice.ts";
import { dayWords } from "../words/instants.ts";
import { capitals, grouped } from "../words/numbers.ts";

/** The words of a notice, the same on paper, in a file and on the web. */
export interface Sheet {
  /** Whose list of what it is. */
  readonly subject: string;
  readonly opening: string;
  /** Names and values, in the order in which people look for them. */
  readonly facts: readonly Fact[];
  /** How to object, and what became of names and numbers. */
  readonly advice: readonly string[];
  /** The hash in groups of eight digits. */
  readonly hash: readonly string[];
  /** What the QR code holds. */
  readonly code: string;
}

/** A line of what a notice says: its name, what it says, and whether it is to be seen from afar. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly isLarge?: true;
}

/** The title of every sheet. */
export const sheetTitle = "公示";

/** The heads of the table of lines. */
export const sheetColumns = ["序号", "姓名（名称）", "乡镇（街道）、村（社区）", "金额（元）"];

/** Says what a notice says. */
export function sheetOf(notice: Notice): Sheet {
  const { plan, version, hash, count, sum, notices } = notice;
  return {
    subject: `${subjectOf(notice)}分配名单`,
    opening:
      `${subjectOf(notice)}采用“${notice.scheme}”方式分配，分配金额 ${grouped(notice.pool)} 元。` +
      `分配名单已于${dayWords(notice.frozen.on)}定案，现予公示，接受群众监督。`,
    facts: [
      { name: "计划编号", value: `${plan}（名单第 ${version} 版）` },
      ...sumFacts(count, sum),
      ...placeFacts(notices),
    ],
    advice,
    hash: groupsOf(hash),
    code: codeText({ hash, plan, version }),
  };
}

/** What stays to be said of a notice when its list is taken down. */
export function remainsOf(remains: NoticeRemains): Omit<Sheet, "opening" | "advice"> {
  const { plan, version, hash, count, sum, from, until } = remains;
  return {
    subject: `${subjectOf(remains)}分配名单`,
    facts: [
      { name: "计划编号", value: `${plan}（名单第 ${version} 版）` },
      ...(count === null || sum === null ? [] : sumFacts(count, sum)),
      { name: "公示时间", value: `${dayWords(from)}至${dayWords(until)}` },
    ],
    hash: groupsOf(hash),
    code: codeText({ hash, plan, version }),
  };
}

/** Whose income of which kind and period. */
function subjectOf({ entity, period, leg }: Pick<Notice, "entity" | "period" | "leg">): string {
  return `${entity}${periodWords(period)}${leg}`;
}

function groupsOf(hash: string): string[] {
  return hash.match(/.{8}/g) ?? [];
}

/** What the QR code holds: three members of the list's manifest, in canonical JSON. */
function codeText({ hash, plan, version }: Pick<Notice, "hash" | "plan" | "version">): string {
  return canonical({ hash, plan, version });
}

/** What is said of objections and of what is masked. */
const advice = [
  "对名单或金额有异议的，请在公示期内向公示单位提出（书面、口头均可），或者拨打举报电话。" +
    "异议由公示单位登记并答复；有异议未答复的，不得批准和发放。",
  "为保护个人信息，姓名只显示首字，不公布证件号码、银行账号和电话。",
  "清单哈希是本名单的“指纹”：批准和发放所用名单的哈希与此一致，才是同一份名单。" +
    "二维码含计划编号、版本和清单哈希，可供核对。",
];

function sumFacts(count: number, sum: string): Fact[] {
  return [
    { name: "公示金额", value: `¥${grouped(sum)}（共 ${grouped(count)} 笔）`, isLarge: true },
    { name: "金额大写", value: capitals(sum) },
  ];
}

/** Where it hangs and how long; what all places have in common is said once. */
function placeFacts(notices: Notice["notices"]): Fact[] {
  const isOneSpan = new Set(notices.map(({ from, until }) => `${from} ${until}`)).size === 1;
  const span = ({ from, until, level }: Place): string => {
    const at = isOneSpan ? "" : `${levelWords(level)}，`;
    return `${dayWords(from)}至${dayWords(until)}（${at}${daysInclusive(from, until)} 天）`;
  };
  const spans = new Set(notices.map(span));
  // The same numbers are written in another order.
  const phones = new Map<string, string>();
  for (const { phones: said } of notices)
    if (!phones.has(numbersIn(said))) phones.set(numbersIn(said), said);
  const large = (name: string, values: Iterable<string>): Fact[] =>
    [...values].map((value) => ({ name, value, isLarge: true }));
  const places = notices.map(({ level, place, channels }) => ({
    name: "公示地点",
    value: `${place}（${levelWords(level)}，${channels}）`,
  }));
  return [...large("公示时间", spans), ...places, ...large("举报电话", phones.values())];
}

type Place = Notice["notices"][number];

/** 村级, 乡镇级, 县级; 项目点 is a place. */
function levelWords(level: string): string {
  return level === noticeLevels.site ? level : `${level}级`;
}

function numbersIn(phones: string): string {
  return (phones.match(/[\d-]+/g) ?? []).sort().join(" ");
}

/** 所属期 is any text; a bare year gets its word. */
function periodWords(period: string | null): string {
  if (period === null) return "";
  return /^\d{4}$/.test(period) ? `${period}年度` : period;
}

/** What is left to be filled in by hand on paper. */
export const sealWords = ["公示单位（盖章）：", "经办人（签字）："];

/** Stands on every sheet of the demo county. */
export const demoWords = "演示数据：虚构的演示县，人员和金额都是编造的。";
