import { readText } from "../domain/cell.ts";
import type { SourceRow, TableOptions } from "./table.ts";
import { TableError } from "./text-encoding.ts";

/** The header stands in one of so many rows. */
export const headerRowMax = 10;
const columnsMax = 16_384;
const nameLengthMax = 200;
/** What a name has in brackets at its end, in any kind of brackets. */
const inBrackets = /[(（[［【〔]([^()（）[\]［］【】〔〕]*)[)）\]］】〕]$/u;

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
  const columns = texts.map((name) => knownName(name, wanted) ?? cutName(name));
  if (!columns.includes(idColumn)) return undefined;
  const refuse = (message: string): never => {
    throw new TableError("FileMalformed", `row ${row}: ${message}`, row);
  };
  if (texts.length > columnsMax) refuse(`over ${columnsMax} columns`);
  for (const [at, column] of columns.entries()) {
    if (!wanted.has(column)) continue;
    const earlier = columns.indexOf(column);
    if (earlier < at) refuse(`columns ${earlier + 1} and ${at + 1} are both ${column}`);
    if (inMultiples(texts[at] ?? "")) {
      refuse(`${column} is not in yuan by its name; the ledger counts in yuan: convert it`);
    }
  }
  return { names: texts, columns };
}

/** The known column that a name means, undefined where it means none. */
function knownName(name: string, known: ReadonlySet<string>): string | undefined {
  if (known.has(name)) return name;
  let bare = name.replace(/[\s\p{Cf}\p{Cc}]/gu, "");
  for (let before = ""; before !== bare; ) {
    before = bare;
    bare = bare.replace(/^[*＊]+|[*＊]+$/g, "");
    // 金额（大写） repeats an amount in words; it is a column of its own.
    if (!inBrackets.exec(bare)?.[1]?.includes("大写")) bare = bare.replace(inBrackets, "");
  }
  return known.has(bare) ? bare : undefined;
}

/** Whether a name says that its amounts are in 万元 or the like: a unit that does count. */
function inMultiples(name: string): boolean {
  const bare = name.replace(/[\s\p{Cf}\p{Cc}*＊]/gu, "");
  const unit = inBrackets.exec(bare)?.[1] ?? "";
  return /[百千万亿]+元|^[百千万亿]+$|^[角分]$|美元|港元|欧元/.test(unit);
}

/** A name under which notes are kept. */
function cutName(name: string): string {
  return name.length <= nameLengthMax ? name : Array.from(name).slice(0, 100).join("");
}
