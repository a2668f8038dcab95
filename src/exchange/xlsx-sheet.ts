import type { Entry } from "yauzl";
import type { Cell } from "../domain/cell.ts";
import { unknownCells } from "../domain/cell.ts";
import type { SourceRow } from "./table.ts";
import { columnsMax, rowsMax, tooManyRows } from "./table.ts";
import type { Package, XmlHandler } from "./xlsx-package.ts";
import { malformed, readXml } from "./xlsx-package.ts";
import type { SharedStrings } from "./xlsx-strings.ts";
import { cellCharactersMax, readDate, readNumber, unescapeText } from "./xlsx-values.ts";

/** How the styles of a workbook show numbers. */
export interface CellStyles {
  readonly isDate: readonly boolean[];
  readonly date1904: boolean;
}

/** A row whose shared strings are still numbers. */
interface ParsedRow {
  readonly row: number;
  readonly raw: Cell[];
  /** Column and number in the table of strings, in turn. */
  readonly shared: readonly number[];
  readonly remade: readonly number[];
}

/** How far the reading of a sheet is, and how far to the right it has to look. */
export interface SheetProgress {
  /** Bytes of the sheet, unpacked. */
  read: number;
  /** A cell beyond so many columns ends the reading. */
  width: number;
}

/**
 * The rows of a sheet, in handfuls. Rows that end before a place that cannot be read are delivered
 * before it is reported.
 */
export async function* sheetRows(
  pack: Package,
  sheet: Entry,
  strings: SharedStrings,
  styles: CellStyles,
  progress: SheetProgress,
): AsyncGenerator<SourceRow[]> {
  const parser = new SheetParser(styles, progress);
  let whole: SourceRow[] = [];
  const complete = async (): Promise<void> => {
    whole = [];
    for (const row of parser.take()) {
      await fillShared(row, strings);
      whole.push(row);
    }
  };
  try {
    for await (const read of readXml(pack, sheet, parser)) {
      progress.read = read;
      await complete();
      yield whole;
      whole = [];
    }
  } catch (error) {
    // Where a text was missing, `whole` has the rows before it, and those behind are not wanted.
    if (whole.length === 0) await complete().catch(() => undefined);
    yield whole;
    throw error;
  }
}

async function fillShared({ row, raw, shared }: ParsedRow, strings: SharedStrings): Promise<void> {
  for (let at = 0; at < shared.length; at += 2) {
    const number = shared[at + 1] ?? -1;
    if (number >= strings.count) await strings.readTo(number);
    const text = strings.get(number);
    if (text === undefined) throw malformed("a cell names a text that is not there", row);
    raw[shared[at] ?? 0] = copied(text);
  }
}

class SheetParser implements XmlHandler {
  readonly #styles: CellStyles;
  #rows: ParsedRow[] = [];
  #inData = false;
  readonly #progress: SheetProgress;
  #row = 0;
  #raw: Cell[] = [];
  #shared: number[] = [];
  #remade: number[] = [];
  #column = -1;
  #type = "n";
  #style = 0;
  #value: string | undefined;
  #hasFormula = false;
  /** The cells that an array formula fills. */
  #fills: string | undefined;
  #unfilled: CellRange[] = [];
  #inPhonetic = false;
  #collects = false;

  constructor(styles: CellStyles, progress: SheetProgress) {
    this.#styles = styles;
    this.#progress = progress;
  }

  take(): ParsedRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === "sheetData") this.#inData = true;
    if (!this.#inData) return;
    switch (name) {
      case "row":
        this.#openRow(attributes["r"]);
        break;
      case "c":
        this.#openCell(attributes);
        break;
      case "v":
        this.#value ??= "";
        this.#collects = true;
        break;
      case "t":
        this.#value ??= "";
        this.#collects = !this.#inPhonetic;
        break;
      case "f":
        this.#hasFormula = true;
        // Those of a shared formula have a formula each.
        this.#fills = attributes["t"] === "shared" ? undefined : attributes["ref"];
        break;
      case "rPh":
        this.#inPhonetic = true;
        break;
    }
  }

  text(text: string): void {
    if (!this.#collects) return;
    this.#value = (this.#value ?? "") + text;
    if (this.#value.length > cellCharactersMax) throw malformed("a cell is too long", this.#row);
  }

  close(name: string): void {
    if (!this.#inData) return;
    switch (name) {
      case "v":
      case "t":
        this.#collects = false;
        break;
      case "rPh":
        this.#inPhonetic = false;
        break;
      case "c":
        this.#closeCell();
        break;
      case "row":
        this.#closeRow();
        break;
      case "sheetData":
        this.#inData = false;
        break;
    }
  }

  #openRow(reference: string | undefined): void {
    const row = reference === undefined ? this.#row + 1 : Number(reference);
    if (!Number.isInteger(row) || row <= this.#row) {
      throw malformed("the rows of the sheet are out of order", this.#row);
    }
    if (row > rowsMax) throw malformed(tooManyRows, row);
    this.#row = row;
    this.#raw = [];
    this.#shared = [];
    this.#remade = [];
    this.#column = -1;
  }

  #openCell({ r: reference, t: type, s: style }: Readonly<Record<string, string>>): void {
    this.#column = reference === undefined ? this.#column + 1 : columnOf(reference);
    if (this.#column < 0) throw malformed("a cell has an address without a column", this.#row);
    if (this.#column >= columnsMax) {
      throw malformed(`a cell lies beyond column ${String(columnsMax)}`, this.#row);
    }
    this.#type = type ?? "n";
    this.#style = style === undefined ? 0 : Number(style);
    this.#value = undefined;
    this.#hasFormula = false;
    this.#fills = undefined;
  }

  #closeCell(): void {
    const value = this.#value ?? "";
    if (this.#type === "e") this.#put(unknownCells.error);
    else if (this.#type === "s" && this.#value === "") {
      throw malformed("a cell names no text of the table of texts", this.#row);
    } else if (value !== "") this.#closeFilled(value);
    // A result that is the empty text is stored as one; any other is stored with its value.
    else if (this.#hasFormula && (this.#value === undefined || this.#type !== "str")) {
      this.#put(unknownCells.noResult);
      if (this.#fills?.includes(":")) this.#unfilled.push(rangeOf(this.#fills));
    }
  }

  #closeFilled(value: string): void {
    switch (this.#type) {
      case "s":
        // In its place until its text is looked up.
        this.#put(unknownCells.noResult);
        this.#shared.push(this.#column, Number(value));
        break;
      case "str":
      case "inlineStr":
        this.#put(unescapeText(value));
        break;
      case "b":
        this.#put(value.trim() === "0" ? "FALSE" : "TRUE");
        this.#remade.push(this.#column);
        break;
      case "d":
        this.#put(value.replace(/^(\d{4}-\d{2}-\d{2})T.*$/, "$1"));
        this.#remade.push(this.#column);
        break;
      default: {
        const { isDate, date1904 } = this.#styles;
        if (isDate[this.#style] === true) {
          this.#put(readDate(value, date1904));
          this.#remade.push(this.#column);
        } else {
          this.#put(readNumber(value));
        }
      }
    }
  }

  /** An array formula without results leaves the cells that it fills empty but for the first. */
  #fillRow(): void {
    this.#unfilled = this.#unfilled.filter(({ lastRow }) => lastRow >= this.#row);
    for (const { first, last } of this.#unfilled) {
      for (let at = first; at <= Math.min(last, this.#progress.width - 1); at++) {
        while (this.#raw.length <= at) this.#raw.push("");
        if (this.#raw[at] === "") this.#raw[at] = unknownCells.noResult;
      }
    }
  }

  #put(cell: Cell): void {
    if (this.#column >= this.#progress.width) {
      throw malformed("a cell lies far behind the last column of the header", this.#row);
    }
    while (this.#raw.length < this.#column) this.#raw.push("");
    const isTaken = this.#raw.length > this.#column && this.#raw[this.#column] !== "";
    if (isTaken) throw malformed("two cells have the same address", this.#row);
    this.#raw[this.#column] = typeof cell === "string" ? copied(cell) : cell;
  }

  #closeRow(): void {
    if (this.#unfilled.length > 0) this.#fillRow();
    if (this.#raw.length === 0) return;
    const row = { row: this.#row, raw: this.#raw };
    this.#rows.push({ ...row, shared: this.#shared, remade: this.#remade });
  }
}

/** Cells by their place, from 0, and rows from 1, the last ones included. */
interface CellRange {
  readonly first: number;
  readonly last: number;
  readonly lastRow: number;
}

function rangeOf(reference: string): CellRange {
  const [from = "", to = ""] = reference.replaceAll("$", "").split(":");
  return { first: columnOf(from), last: columnOf(to), lastRow: Number(/\d+$/.exec(to)?.[0]) };
}

const copiedFromLength = 13;

/**
 * The same text with memory of its own. V8 lets a text of 13 characters or more point into what it
 * was cut from: an id that somebody remembers would keep a whole piece of the file.
 */
function copied(text: string): string {
  return text.length < copiedFromLength ? text : ` ${text}`.slice(1);
}

/** From 0; -1 when the reference names no cell. */
function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}
