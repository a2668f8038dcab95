import { readText } from "../domain/cell.ts";
import type { SourceRow, TableOptions } from "./table.ts";
import { columnsMax } from "./table.ts";
import { TableError } from "./text-encoding.ts";

/** The header stands in one of so many rows. */
export const headerRowMax = 10;
const nameLengthMax = 200;
/** What a name has in brackets at its end, in any kind of brackets. */
const bracketsAtEnd = /[(（[［【〔]([^()（）[\]［］【】〔〕]*)[)）\]］】〕]$/u;
/** What stands there and does not count: units, and how the column is to be filled in. */
const units = [
  ...["元", "圆", "人民币", "人民币元", "RMB", "CNY", "[¥￥]", "yuan"],
  ...["亩", "公斤", "千克", "kg", "个?工日?", "日", "天", "年度?"],
  ...["人次?", "口", "户", "股", "份", "头", "只", "羽", "尾", "匹", "株", "棵", "箱", "件", "个"],
  ...["筐", "袋", "次", "周?岁", "[%％]"],
];
const unit = `(单位[:：]?|人民币[:：])?[/／每]?(${units.join("|")})([/／每·.*]+(${units.join("|")}))*`;
const filling = [
  ...["非?必填项?", "选填项?", "可(选|空|为空|不填)", "文本(格式)?", "数字", "日期(格式)?", "说明"],
  ...[
    "(格式|例|如|例如|示例)[:：]?.*",
    "[ymd年月日./-]+",
    "\\d+位(数字?)?",
    "保留.*位小数",
    "下拉.*",
  ],
].join("|");
/** One or more of them. */
const isUnit = new RegExp(`^((${unit}|${filling})([,，;；、]|$))*$`, "i");
const otherUnits: ReadonlySet<string> = new Set([
  ...[
    "角",
    "分",
    "美元",
    "港元",
    "欧元",
    "斤",
    "市斤",
    "吨",
    "克",
    "t",
    "g",
    "公顷",
    "平方米",
    "平米",
  ],
  ...["㎡", "m²", "m2", "小时", "时", "月", "个月"],
]);

/** Whether a unit is another than those the ledger counts in: it does count. */
function isOtherUnit(text: string): boolean {
  return text
    .split(/[/／每·.]/)
    .some(
      (one) => otherUnits.has(one.toLowerCase()) || /^[百千万亿]+([元圆亩斤]|公斤)?$/.test(one),
    );
}

/** The row with the names of the columns. */
export interface Header {
  /** The names as the file has them. */
  readonly names: readonly string[];
  /** What they are: known columns by their own names, others as in `names`. */
  readonly columns: readonly string[];
  /** Names that would be known columns without what stands in brackets, which is no unit. */
  readonly doubtful: readonly string[];
}

/** The header that a row is, undefined where the file's id column is not in it. */
export function headerIn(
  { row, raw }: SourceRow,
  { idColumn, known, free = [] }: TableOptions,
  isSheet: boolean,
): Header | undefined {
  const names = raw.map((cell) => (typeof cell === "string" ? readText(cell) : cell));
  const texts = names.map((name) => (typeof name === "string" ? name : ""));
  // In CSV a row has as many cells as its header, named or not.
  while (isSheet && texts.at(-1) === "") texts.pop();
  const [wanted, optional] = [new Set(known), new Set(free)];
  const read = texts.map((name) => readName(name, wanted));
  const columns = read.map(({ column }, at) => column ?? cutName(texts[at] ?? ""));
  if (!columns.includes(idColumn)) return undefined;
  const refuse = (message: string): never => {
    throw new TableError("FileMalformed", `row ${row}: ${message}`, row);
  };
  if (texts.length > columnsMax) refuse(`over ${columnsMax} columns`);
  const doubtful: string[] = [];
  for (const [at, { column, bare, inBrackets }] of read.entries()) {
    if (column !== undefined && columns.indexOf(column) < at) {
      refuse(`columns ${columns.indexOf(column) + 1} and ${at + 1} are both ${column}`);
    }
    if (column !== undefined && isOtherUnit(inBrackets)) {
      const counts = "the ledger counts in yuan, mu, kilograms and days";
      refuse(`${column} is in ${inBrackets} by its name; ${counts}: convert it`);
    }
    if (column !== undefined || bare === undefined || columns.includes(bare)) continue;
    if (optional.has(bare)) {
      doubtful.push(texts[at] ?? "");
    } else {
      const name = `column ${at + 1} is ${bare} with （${inBrackets}）, which is no unit`;
      refuse(`${name}: name it ${bare} if that is what it holds, and something else if not`);
    }
  }
  return { names: texts, columns, doubtful };
}

/** What the name of a column says. */
interface ReadName {
  /** The known column that it is. */
  readonly column?: string;
  /** The known column that it would be without what stands in brackets. */
  readonly bare?: string;
  /** What stands in brackets at its end, for one of the two. */
  readonly inBrackets: string;
}

function readName(name: string, known: ReadonlySet<string>): ReadName {
  if (known.has(name)) return { column: name, inBrackets: "" };
  let bare = name.replace(/[\s\p{Cf}\p{Cc}]/gu, "");
  const units: string[] = [];
  for (let before = ""; before !== bare; ) {
    before = bare;
    bare = bare.replace(/^[*＊]+|[*＊]+$/g, "");
    const [found, inside] = bracketsAtEnd.exec(bare) ?? [];
    if (found === undefined || inside === undefined) continue;
    bare = bare.slice(0, -found.length);
    units.push(inside);
  }
  if (!known.has(bare)) return { inBrackets: "" };
  const other = units.find((unit) => !isUnit.test(unit) && !isOtherUnit(unit));
  if (other !== undefined) {
    // 金额（大写） repeats an amount in words; it is a column of its own.
    return other.includes("大写") ? { inBrackets: "" } : { bare, inBrackets: other };
  }
  return {
    column: bare,
    inBrackets: units.find((unit) => !isUnit.test(unit) && isOtherUnit(unit)) ?? "",
  };
}

/** A name under which notes are kept. */
function cutName(name: string): string {
  return name.length <= nameLengthMax ? name : Array.from(name).slice(0, 100).join("");
}
