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
  ...["亩", "公顷", "平方米", "平米", "㎡", "m²", "m2"],
  ...["公斤", "千克", "市?斤", "吨", "克", "kg", "t", "g"],
  ...["个?工日?", "日", "天", "小?时", "个?月", "季度?", "年度?"],
  ...["人次?", "口", "户", "股", "份", "头", "只", "羽", "尾", "匹", "株", "棵", "箱", "件", "个"],
  ...["筐", "袋", "次", "周?岁", "[%％]"],
];
const filling =
  "非?必填项?|选填项?|可选|文本(格式)?|数字|日期(格式)?|[ymd年月日./-]+|\\d+位(数字?)?";
const isUnit = new RegExp(
  `^((单位[:：]?)?[/／每]?(${units.join("|")})([/／每·.*、,，]+(${units.join("|")}))*|${filling}|)$`,
  "i",
);
/** Amounts in multiples of the yuan or in another currency: a unit that does count. */
const inMultiples = /[百千万亿]+元|^[百千万亿]+$|^[角分]$|美元|港元|欧元/;

/** The row with the names of the columns. */
export interface Header {
  /** The names as the file has them. */
  readonly names: readonly string[];
  /** What they are: known columns by their own names, others as in `names`. */
  readonly columns: readonly string[];
}

/** The header that a row is, undefined where the file's id column is not in it. */
export function headerIn(
  { row, raw }: SourceRow,
  { idColumn, known }: TableOptions,
): Header | undefined {
  const names = raw.map((cell) => (typeof cell === "string" ? readText(cell) : cell));
  const texts = names.map((name) => (typeof name === "string" ? name : ""));
  while (texts.at(-1) === "") texts.pop();
  const wanted = new Set(known);
  const read = texts.map((name) => readName(name, wanted));
  const columns = read.map(({ column }, at) => column ?? cutName(texts[at] ?? ""));
  if (!columns.includes(idColumn)) return undefined;
  const refuse = (message: string): never => {
    throw new TableError("FileMalformed", `row ${row}: ${message}`, row);
  };
  if (texts.length > columnsMax) refuse(`over ${columnsMax} columns`);
  for (const [at, { column, bare, inBrackets }] of read.entries()) {
    if (column !== undefined && columns.indexOf(column) < at) {
      refuse(`columns ${columns.indexOf(column) + 1} and ${at + 1} are both ${column}`);
    }
    if (column !== undefined && inMultiples.test(inBrackets)) {
      refuse(`${column} is not in yuan by its name; the ledger counts in yuan: convert it`);
    }
    if (column === undefined && bare !== undefined && !columns.includes(bare)) {
      const name = `column ${at + 1} is ${bare} with （${inBrackets}）, which is no unit`;
      refuse(`${name}: name it ${bare} if that is what it holds, and something else if not`);
    }
  }
  return { names: texts, columns };
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
  const other = units.find((unit) => !isUnit.test(unit) && !inMultiples.test(unit));
  if (other !== undefined) {
    // 金额（大写） repeats an amount in words; it is a column of its own.
    return other.includes("大写") ? { inBrackets: "" } : { bare, inBrackets: other };
  }
  return { column: bare, inBrackets: units.find((unit) => inMultiples.test(unit)) ?? "" };
}

/** A name under which notes are kept. */
function cutName(name: string): string {
  return name.length <= nameLengthMax ? name : Array.from(name).slice(0, 100).join("");
}
