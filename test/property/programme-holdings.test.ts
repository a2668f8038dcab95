// Random rows of funds against risk and of herds, and corrections of them, in no order of days:
// each is judged a second time by a plain model that adds up every day anew. PROGRAMME_ROWS says
// how many rows, PROPERTY_SEED the seed.
import { type Test, test } from "tap";
import type { DecidedEvent, Facts } from "../../src/domain/facts.ts";
import { programmeOf } from "../../src/domain/programme/programme.ts";
import { heldOn, herdChanges, riskChanges } from "../../src/domain/programme/timelines.ts";
import type { CountyRow } from "../support/county.ts";
import { randomSource } from "../support/county.ts";
import { longHistory } from "../support/long-history.ts";
import { county, hash } from "../support/programme-rows.ts";

const count = Number(process.env["PROGRAMME_ROWS"] ?? 3_000);
const seed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 2 ** 31);
const { below, pick } = randomSource(seed);

/** Days of one month, by their numbers. */
const daysMax = 28;
const days = Array.from({ length: daysMax }, (_, i) => i + 1);
const dateOf = (day: number): string => `2025-02-${String(day).padStart(2, "0")}`;

type Table = "risk-fund" | "herd";

/** A row as the plain model knows it. */
interface Row {
  readonly table: Table;
  readonly id: string;
  /** The account or the herd. */
  readonly number: string;
  readonly word: string;
  /** Of an opening 存入. */
  readonly type: string;
  readonly amount: number;
  readonly from: number;
  readonly giver: string;
  readonly taker: string;
  /** The day from which it counts no more. */
  until: number;
}

const all: Row[] = [];
const never = daysMax + 1;
const stands = (row: Row): boolean => row.until === never;
const countsOn = (row: Row, day: number): boolean => row.from <= day && day < row.until;
const rowsOf = (number: string): Row[] => all.filter((row) => row.number === number);
const opener = (number: string): Row | undefined => rowsOf(number).find(stands);

const comesIn: ReadonlySet<string> = new Set(["存入", "收益", "追回", "借出", "产仔"]);

/** What a row gives to a holder while it counts: an account holds for itself. */
function givenTo(row: Row, holder: string): number {
  if (comesIn.has(row.word)) return row.giver === holder ? row.amount : 0;
  return (row.taker === holder ? row.amount : 0) - (row.giver === holder ? row.amount : 0);
}

function held(number: string, holder: string, day: number): number {
  const given = rowsOf(number).map((row) => (countsOn(row, day) ? givenTo(row, holder) : 0));
  return given.reduce((a, b) => a + b, 0);
}

const holders = ["", "H1", "H2", "H3"];

function leastFrom(number: string, holder: string, day: number): number {
  return Math.min(...days.filter((one) => one >= day).map((one) => held(number, holder, one)));
}

/** Whether somebody would hold less than nothing on a day or later. */
function isShort(number: string, day: number): boolean {
  return holders.some((holder) => leastFrom(number, holder, day) < 0);
}

const short = { "risk-fund": "FundInsufficient", herd: "HeadsInsufficient" };
const allowed: Readonly<Record<string, readonly string[]>> = {
  赔付: ["县级风险保障金"],
  使用: ["集中用款专户"],
  退还: ["联保互助金", "集中用款专户"],
};

/** What a new row should be told; it stands in the model where it is recorded. */
function expected(row: Row): string {
  const first = opener(row.number);
  if (row.table === "herd") {
    if (first === undefined && row.word !== "借出") return "HerdUnknown";
    if (first !== undefined && row.word === "借出") return "StepOutOfOrder";
  } else if (first === undefined && row.word !== "存入") return "AccountUnknown";
  if (first !== undefined && row.from < first.from) return "DateBefore";
  if (first !== undefined && allowed[row.word]?.includes(first.type) === false) {
    return "UseForbidden";
  }
  all.push(row);
  if (!isShort(row.number, row.from)) return "recorded";
  all.pop();
  return short[row.table];
}

/** What a correction should be told. */
function corrected(table: Table, id: string, day: number): string {
  const row = all.find((one) => one.table === table && one.id === id);
  if (row === undefined) return "OriginalUnknown";
  if (day < row.from) return "DateBefore";
  if (!stands(row)) return "AlreadyReversed";
  const isOpener = opener(row.number) === row;
  if (isOpener && rowsOf(row.number).filter(stands).length > 1) return "DependentsExist";
  row.until = day;
  if (!isShort(row.number, day)) return "recorded";
  row.until = never;
  return short[table];
}

const types = ["县级风险保障金", "集中用款专户", "联保互助金"];
const directions = ["存入", "收益", "追回", "赔付", "赔付", "使用", "使用", "退还", "退还"];
const actions = ["借出", "产仔", "产仔", "还回", "死亡", "出售", "转借", "转借"];

function randomRow(n: number): Row {
  const table = pick<Table>(["risk-fund", "herd"]);
  // Numbers are given up after a while: what opens one is met again and again.
  const number = `${table} ${Math.floor(n / 100)} ${below(3)}`;
  const isOpen = opener(number) !== undefined;
  const open = table === "herd" ? "借出" : "存入";
  const words = table === "herd" ? actions : directions;
  const word = !isOpen && below(4) > 0 ? open : pick(words);
  const from = 1 + below(daysMax);
  const giver = table === "herd" ? pick(["H1", "H2", "H3"]) : "";
  const taker = word === "转借" ? pick(["H1", "H2", "H3"]) : "nobody";
  // Often to the last head or fen what is there, or one more.
  const most = Math.max(0, leastFrom(number, giver, from));
  const amount = comesIn.has(word)
    ? 1 + below(60)
    : Math.max(1, pick([most, most + 1, 1 + below(most + 1)]));
  const id = `M${n}`;
  return { table, id, number, word, type: pick(types), amount, from, giver, taker, until: never };
}

function cellsOf({ table, id, number, word, type, amount, from, giver, taker }: Row): CountyRow {
  const common = { 流水编号: id, 业务日期: dateOf(from) };
  if (table === "herd") {
    return {
      ...{ ...common, 借养编号: number, 动作: word, 头数: String(amount), 户编号: giver },
      ...(word === "借出" && { 品种: "山羊", 主体编号: "O1" }),
      ...(word === "转借" && { 受让户编号: taker }),
    };
  }
  return {
    ...{ ...common, 账户编号: number, 方向: word, 金额: (amount / 100).toFixed(2) },
    ...(word === "存入" && { 账户类型: type, 行政区划: "539999" }),
    ...(word === "赔付" && { 户编号: "H1", 材料: hash, 经办人: "甲", 复核人: "乙" }),
    ...((word === "使用" || word === "退还") && { 主体编号: "O1" }),
  };
}

test("random rows of what is held day by day", (t) => {
  t.comment(`PROPERTY_SEED=${seed}`);
  const history = longHistory();
  const events: DecidedEvent[] = [];
  const give = (kind: string, cells: CountyRow): string => {
    const decided = history.give(kind, cells);
    if ("code" in decided) return decided.code;
    events.push(...decided);
    return "recorded";
  };
  for (const [kind, cells] of county) t.equal(give(kind, cells), "recorded");
  const told = new Map<string, number>();
  for (let n = 0; n < count; n++) {
    const isCorrection = below(5) === 0;
    const row = randomRow(n);
    const recent = [...all.slice(-20), row];
    const original = below(5) === 0 ? (opener(row.number) ?? row) : pick(recent);
    const day = 1 + below(daysMax);
    const [kind, cells]: [string, CountyRow] = isCorrection
      ? [
          "corrections",
          {
            ...{ 更正编号: `G${n}`, 原表: original.table, 原编号: original.id },
            ...{ 说明: "重复", 经办人: "甲", 业务日期: dateOf(day) },
          },
        ]
      : [row.table, cellsOf(row)];
    const wanted = isCorrection ? corrected(original.table, original.id, day) : expected(row);
    told.set(wanted, (told.get(wanted) ?? 0) + 1);
    const found = give(kind, cells);
    if (found === wanted) continue;
    t.equal(found, wanted, `row ${n}: ${kind} ${JSON.stringify(cells)}`);
    break;
  }
  const codes = [
    ...["recorded", "AccountUnknown", "HerdUnknown", "StepOutOfOrder", "DateBefore"],
    ...["UseForbidden", "FundInsufficient", "HeadsInsufficient", "OriginalUnknown"],
    ...["AlreadyReversed", "DependentsExist"],
  ];
  for (const code of codes) t.ok(told.has(code), `${code} is met`);
  isHeld(t, events);
  t.end();
});

/** What is folded of the events is what the plain model holds on every day; heads are kept. */
function isHeld(t: Test, events: readonly DecidedEvent[]): void {
  const { timelines } = programmeOf(foldedFrom(events));
  const differing: string[] = [];
  for (const number of new Set(all.map((row) => row.number))) {
    const isHerd = number.startsWith("herd");
    for (const day of days) {
      const each = holders.map((holder) => held(number, holder, day));
      const found = holders.map((holder) => {
        const said = { herd: number, account: number, kind: "lend", heads: 1, household: holder };
        const changes = isHerd ? herdChanges(said) : riskChanges({ ...said, amount: "1" });
        const isOwn = isHerd === (holder !== "");
        return isOwn ? Number(heldOn(timelines, changes[0]?.name ?? "", dateOf(day))) : 0;
      });
      const sum = rowsOf(number).reduce((heads, row) => {
        if (!countsOn(row, day) || row.word === "转借") return heads;
        return heads + (comesIn.has(row.word) ? row.amount : -row.amount);
      }, 0);
      const isConserved = each.reduce((a, b) => a + b, 0) === sum;
      const isSame = JSON.stringify(each) === JSON.stringify(found);
      if (!isConserved || !isSame || each.some((one) => one < 0)) {
        differing.push(`${number} on ${dateOf(day)}: ${found.join()}, not ${each.join()}`);
      }
    }
  }
  t.strictSame(differing, [], "is held on every day");
}

/** Facts of nothing but what the events of a stream come to. */
function foldedFrom(events: readonly DecidedEvent[]): Facts {
  const state: Facts["state"] = (fold, stream) => {
    const found = fold.start();
    for (const event of events) if (event.stream === stream) fold.apply(found, event);
    return found;
  };
  return { state } as Facts;
}
