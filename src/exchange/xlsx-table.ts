import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { SaxesParser } from "saxes";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import type { RowSource, SourceRow } from "./table.ts";
import { systemCode, TableError } from "./text-encoding.ts";

const rowsMax = 1_048_576;
const columnsMax = 16_384;
/** What Excel allows. */
const cellCharactersMax = 32_767;
const partsMax = 10_000;
const partBytesMax = 4 * 1024 ** 3;
/** Deflate reaches 1032; sheets of one repeated row stay under 100. */
const inflationMax = 250;
const inflationJudgedFromBytes = 64 * 1024 ** 2;
const xmlChunkBytes = 128 * 1024;
const xmlCharactersBetweenTagsMax = 8 * 1024 ** 2;
const xmlDepthMax = 256;

function malformed(message: string, row?: number): TableError {
  return new TableError("FileMalformed", row ? `row ${String(row)}: ${message}` : message, row);
}

interface Package {
  readonly zip: ZipFile;
  /** By lower-case name: part names differ by more than case. */
  readonly parts: ReadonlyMap<string, Entry>;
}

/** Receives the elements of a part by local name, whatever prefix the namespace has. */
interface XmlHandler {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  text(text: string): void;
}

/** The first sheet of a workbook, in flat memory however many strings it shares. */
export async function openXlsx(path: string): Promise<RowSource> {
  const pack = await openPackage(path);
  let strings: SharedStrings | undefined;
  let closed = false;
  const close = async (): Promise<void> => {
    await strings?.release();
    if (!closed) pack.zip.close();
    closed = true;
  };
  try {
    const { sheet, sharedStrings, styles, date1904 } = await readWorkbook(pack);
    const isDate = styles === undefined ? [] : await readDateStyles(pack, styles);
    strings = new SharedStrings(pack, sharedStrings);
    const table = strings;
    const parts = sharedStrings === undefined ? [sheet] : [sheet, sharedStrings];
    const inflated = parts.reduce((sum, part) => sum + part.uncompressedSize, 0);
    const bytes = parts.reduce((sum, part) => sum + part.compressedSize, 0);
    const progress = { read: 0 };
    const bytesRead = (): number =>
      Math.round((bytes * (progress.read + table.bytesRead)) / Math.max(inflated, 1));
    const rows = () => sheetRows(pack, sheet, table, { isDate, date1904 }, progress);
    return { format: "xlsx", encoding: "utf-8-bom", bytes, bytesRead, rows, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPackage(path: string): Promise<Package> {
  const zip = await yauzl.openPromise(path, { autoClose: false }).catch(() => {
    throw malformed("the workbook is damaged; its list of parts cannot be read");
  });
  const parts = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.toLowerCase();
      if (!parts.has(name)) parts.set(name, entry);
      if (parts.size > partsMax) throw malformed("the workbook has too many parts");
    }
  } catch (error) {
    zip.close();
    throw error instanceof TableError ? error : malformed("the workbook is damaged");
  }
  return { zip, parts };
}

/**
 * Reads a part piece by piece and tells how many bytes, unpacked, it has read so far; the caller
 * decides when to go on, so memory stays flat.
 */
async function* readXml(
  { zip }: Package,
  part: Entry,
  handler: XmlHandler,
): AsyncGenerator<number> {
  if (part.isEncrypted()) throw malformed("the workbook is protected with a password");
  const inflation = part.uncompressedSize / Math.max(part.compressedSize, 1);
  const bomb = part.uncompressedSize > inflationJudgedFromBytes && inflation > inflationMax;
  if (bomb || part.uncompressedSize > partBytesMax) {
    throw malformed("the workbook unpacks to more than a workbook of a million rows would");
  }
  const feed = xmlFeed(handler);
  try {
    const stream = await zip.openReadStreamPromise(part);
    let waiting: Buffer[] = [];
    let size = 0;
    let read = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      read += chunk.length;
      size += chunk.length;
      waiting.push(chunk);
      if (size < xmlChunkBytes) continue;
      feed(Buffer.concat(waiting));
      waiting = [];
      size = 0;
      yield read;
    }
    feed(Buffer.concat(waiting));
    feed(undefined);
    yield read;
  } catch (error) {
    // Neither zlib nor saxes throws a TableError, and saxes repeats what it read.
    throw error instanceof TableError ? error : malformed("the workbook is damaged");
  }
}

function xmlFeed(handler: XmlHandler): (bytes: Buffer | undefined) => void {
  const parser = new SaxesParser({ position: false, xmlns: false });
  let decoder: TextDecoder | undefined;
  let sinceTag = 0;
  let depth = 0;
  parser.on("opentag", ({ name, attributes }) => {
    sinceTag = 0;
    if (++depth > xmlDepthMax) throw malformed("the workbook is damaged");
    handler.open(localName(name), attributes);
  });
  parser.on("closetag", ({ name }) => {
    depth--;
    handler.close(localName(name));
  });
  const text = (piece: string): void => {
    handler.text(piece);
  };
  parser.on("text", text);
  parser.on("cdata", text);
  parser.on("doctype", () => {
    throw malformed("the workbook is damaged");
  });
  return (bytes) => {
    decoder ??= new TextDecoder(xmlEncoding(bytes), { fatal: true });
    const piece = decoder.decode(bytes, { stream: bytes !== undefined });
    sinceTag += piece.length;
    parser.write(piece);
    if (sinceTag > xmlCharactersBetweenTagsMax) throw malformed("a cell is too long");
    if (bytes === undefined) parser.close();
  };
}

function xmlEncoding(bytes: Buffer | undefined): string {
  const head = bytes?.toString("hex", 0, 2);
  if (head === "fffe") return "utf-16le";
  return head === "feff" ? "utf-16be" : "utf-8";
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}

async function readAll(
  pack: Package,
  part: Entry,
  open: (name: string, attributes: Readonly<Record<string, string>>, parent: string) => void,
): Promise<void> {
  const path: string[] = [];
  const handler: XmlHandler = {
    open(name, attributes) {
      open(name, attributes, path.at(-1) ?? "");
      path.push(name);
    },
    close: () => void path.pop(),
    text: () => undefined,
  };
  const reading = readXml(pack, part, handler);
  while ((await reading.next()).done !== true);
}

interface Relation {
  readonly id: string;
  /** The last word of the type: transitional and strict files differ in the rest. */
  readonly kind: string;
  readonly part: Entry | undefined;
}

async function readRelations(pack: Package, source: string): Promise<readonly Relation[]> {
  const { dir, base } = posix.parse(source);
  const part = pack.parts.get(posix.join(dir, "_rels", `${base}.rels`).toLowerCase());
  const relations: Relation[] = [];
  if (part === undefined) return relations;
  await readAll(pack, part, (name, { Id: id, Type: type, Target: target }) => {
    if (name !== "Relationship" || !id || !type || !target) return;
    const path = posix.resolve("/", dir, target).slice(1).toLowerCase();
    const kind = type.slice(type.lastIndexOf("/") + 1);
    relations.push({ id, kind, part: pack.parts.get(path) });
  });
  return relations;
}

interface Workbook {
  readonly sheet: Entry;
  readonly sharedStrings: Entry | undefined;
  readonly styles: Entry | undefined;
  readonly date1904: boolean;
}

async function readWorkbook(pack: Package): Promise<Workbook> {
  const roots = await readRelations(pack, "");
  const workbook = roots.find(({ kind }) => kind === "officeDocument")?.part;
  if (workbook === undefined || !/\.xml$/i.test(workbook.fileName)) {
    throw malformed("the file is not an .xlsx workbook");
  }
  const relations = await readRelations(pack, workbook.fileName);
  const sheets: string[] = [];
  let date1904 = false;
  await readAll(pack, workbook, (name, attributes, parent) => {
    if (name === "workbookPr") date1904 = /^(1|true)$/.test(attributes["date1904"] ?? "");
    if (name !== "sheet" || parent !== "sheets") return;
    const key = Object.keys(attributes).find((attribute) => attribute.endsWith(":id"));
    sheets.push(attributes[key ?? ""] ?? "");
  });
  const part = (kind: string) => relations.find((relation) => relation.kind === kind)?.part;
  const worksheets = relations.filter(({ kind }) => kind === "worksheet");
  const id = sheets.find((sheet) => worksheets.some((worksheet) => worksheet.id === sheet));
  const sheet = worksheets.find((worksheet) => worksheet.id === id)?.part;
  if (sheet === undefined) throw malformed("the workbook has no sheet of cells");
  return { sheet, sharedStrings: part("sharedStrings"), styles: part("styles"), date1904 };
}

/** For each cell style whether it shows a number as a date. */
async function readDateStyles(pack: Package, styles: Entry): Promise<readonly boolean[]> {
  const custom = new Map<number, boolean>();
  const formats: number[] = [];
  await readAll(pack, styles, (name, attributes, parent) => {
    const id = Number(attributes["numFmtId"] ?? 0);
    if (name === "numFmt") custom.set(id, isDateFormat(attributes["formatCode"] ?? ""));
    if (name === "xf" && parent === "cellXfs") formats.push(id);
  });
  return formats.map((id) => custom.get(id) ?? isBuiltInDateFormat(id));
}

function isBuiltInDateFormat(id: number): boolean {
  const between = (first: number, last: number) => id >= first && id <= last;
  return between(14, 22) || between(27, 36) || between(45, 47) || between(50, 58);
}

function isDateFormat(code: string): boolean {
  return /[ymd]/i.test(code.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, ""));
}

interface CellStyles {
  readonly isDate: readonly boolean[];
  readonly date1904: boolean;
}

/** A row whose shared strings are still numbers. */
interface ParsedRow {
  readonly row: number;
  readonly raw: string[];
  /** Column and number in the table of strings, in turn. */
  readonly shared: readonly number[];
  readonly lossy?: ReadonlySet<number>;
}

async function* sheetRows(
  pack: Package,
  sheet: Entry,
  strings: SharedStrings,
  styles: CellStyles,
  progress: { read: number },
): AsyncGenerator<SourceRow[]> {
  const parser = new SheetParser(styles);
  for await (const read of readXml(pack, sheet, parser)) {
    progress.read = read;
    const rows = parser.take();
    for (const { row, raw, shared } of rows) {
      for (let at = 0; at < shared.length; at += 2) {
        const number = shared[at + 1] ?? -1;
        if (number >= strings.count) await strings.readTo(number);
        const text = strings.get(number);
        if (text === undefined) throw malformed("a cell names a text that is not there", row);
        raw[shared[at] ?? 0] = copied(text);
      }
    }
    yield rows;
  }
}

class SheetParser implements XmlHandler {
  readonly #styles: CellStyles;
  #rows: ParsedRow[] = [];
  #inData = false;
  #width = columnsMax;
  #row = 0;
  #raw: string[] = [];
  #shared: number[] = [];
  #lossy: Set<number> | undefined;
  #column = -1;
  #type = "n";
  #style = 0;
  #value: string | undefined;
  #hasFormula = false;
  #inPhonetic = false;
  #collects = false;

  constructor(styles: CellStyles) {
    this.#styles = styles;
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
    if (row > rowsMax) throw malformed(`the sheet has over ${String(rowsMax)} rows`);
    this.#row = row;
    this.#raw = [];
    this.#shared = [];
    this.#lossy = undefined;
    this.#column = -1;
  }

  #openCell({ r: reference, t: type, s: style }: Readonly<Record<string, string>>): void {
    this.#column = reference === undefined ? this.#column + 1 : columnOf(reference);
    if (this.#column < 0 || this.#column >= columnsMax) {
      throw malformed(`a cell lies beyond column ${String(columnsMax)}`, this.#row);
    }
    this.#type = type ?? "n";
    this.#style = style === undefined ? 0 : Number(style);
    this.#value = undefined;
    this.#hasFormula = false;
  }

  #closeCell(): void {
    if (this.#column >= this.#width) return;
    if (this.#value === undefined && this.#hasFormula) this.#put("", true);
    if (this.#value === undefined || this.#value === "") return;
    switch (this.#type) {
      case "s":
        this.#put("", false);
        this.#shared.push(this.#column, Number(this.#value));
        break;
      case "str":
      case "inlineStr":
        this.#put(unescapeText(this.#value), false);
        break;
      case "b":
        this.#put(this.#value.trim() === "0" ? "FALSE" : "TRUE", false);
        break;
      case "e":
        this.#put(this.#value, true);
        break;
      case "d":
        this.#put(this.#value.replace(/T00:00(:00(\.0+)?)?Z?$/, ""), false);
        break;
      default:
        this.#closeNumber(this.#value);
    }
  }

  #closeNumber(value: string): void {
    const { isDate, date1904 } = this.#styles;
    const number = decimalText(value);
    if (isDate[this.#style] === true) {
      const date = dateText(value, date1904);
      this.#put(date ?? number.text, date === undefined);
    } else {
      this.#put(number.text, number.lossy);
    }
  }

  #put(text: string, lossy: boolean): void {
    while (this.#raw.length < this.#column) this.#raw.push("");
    this.#raw[this.#column] = copied(text);
    if (lossy) this.#lossy = (this.#lossy ?? new Set()).add(this.#column);
  }

  #closeRow(): void {
    if (this.#raw.length === 0) return;
    // Cells beyond the header have no name to be kept under, and nothing can have shifted.
    if (this.#row === 1) this.#width = this.#raw.length;
    const lossy = this.#lossy === undefined ? {} : { lossy: this.#lossy };
    this.#rows.push({ row: this.#row, raw: this.#raw, shared: this.#shared, ...lossy });
  }
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

const shortestDecimal = /^(0|[1-9]\d*)(\.\d*[1-9])?$/;

/** What a number shows as its shortest decimal, never with an exponent. */
function decimalText(text: string): { readonly text: string; readonly lossy: boolean } {
  // Up to 15 digits a double holds any decimal as it is.
  if (text.length <= 15 && shortestDecimal.test(text)) return { text, lossy: false };
  const number = Number(text);
  if (!/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) || !Number.isFinite(number)) {
    return { text, lossy: true };
  }
  const decimal = withoutExponent(String(number));
  const lossy = decimal.length > 15 && decimal.replace(/^[-0.]+|\./g, "").length > 15;
  return { text: decimal, lossy };
}

function withoutExponent(text: string): string {
  if (!text.includes("e")) return text;
  const [mantissa = "", exponent] = text.split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}

const dayMs = 86_400_000;

/** `YYYY-MM-DD`, with a time where there is one; undefined when the serial names no day. */
function dateText(text: string, date1904: boolean): string | undefined {
  const serial = Number(text);
  const total = Math.round(serial * dayMs);
  const day = Math.floor(total / dayMs);
  // The 1900 system counts 29 February 1900, which never was, as day 60.
  const exists = date1904 ? day >= 0 : day >= 1 && day !== 60;
  if (!exists || !(day <= (date1904 ? 2_957_003 : 2_958_465))) return undefined;
  const epoch = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30);
  const iso = new Date(epoch + total).toISOString();
  return total % dayMs === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/** `_x000D_` and the like stand for characters that XML cannot hold. */
function unescapeText(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (escape, code: string) =>
    code === "0000" ? escape : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

const blockStrings = 64;
const blocksCachedMax = 2048;
/** Unpacked since the cache was last emptied. */
const unpackedBytesMax = 32 * 1024 ** 2;
const memoryBytesMax = 64 * 1024 ** 2;

/**
 * The table of strings that cells refer to by number: read only as far as cells ask, packed in
 * blocks, the first 64 MB in memory and the rest in a temporary file that has no name.
 */
class SharedStrings implements XmlHandler {
  /** How many are read so far. */
  count = 0;
  /** Bytes of the part, unpacked. */
  bytesRead = 0;
  readonly #reading: AsyncGenerator<number> | undefined;
  readonly #blockEnds: number[] = [];
  readonly #cached = new Array<readonly string[]>(blocksCachedMax);
  readonly #cachedBlock = new Int32Array(blocksCachedMax).fill(-1);
  #unpackedBytes = 0;
  #block: string[] = [];
  #memory: Buffer | undefined;
  #used = 0;
  #spill: { readonly file: number; readonly start: number } | undefined;
  #pieces: string[] = [];
  #length = 0;
  #inPhonetic = false;
  #collects = false;

  constructor(pack: Package, part: Entry | undefined) {
    if (part !== undefined) this.#reading = readXml(pack, part, this);
  }

  /** Reads on until the string of this number is there, or there is no more. */
  async readTo(number: number): Promise<void> {
    while (number >= this.count && this.#reading !== undefined) {
      const next = await this.#reading.next();
      if (next.done === true) return;
      this.bytesRead = next.value;
    }
  }

  /** Undefined for a number that is not read, or never will be. */
  get(number: number): string | undefined {
    if (!(number >= 0 && number < this.count)) return undefined;
    const block = Math.floor(number / blockStrings);
    if (block === this.#blockEnds.length) return this.#block[number % blockStrings];
    const slot = block % blocksCachedMax;
    if (this.#cachedBlock[slot] !== block) {
      if (this.#unpackedBytes > unpackedBytesMax) this.#forget();
      this.#cached[slot] = this.#unpack(block);
      this.#cachedBlock[slot] = block;
    }
    return this.#cached[slot]?.[number % blockStrings];
  }

  #forget(): void {
    this.#cached.fill([]);
    this.#cachedBlock.fill(-1);
    this.#unpackedBytes = 0;
  }

  /** Stops reading and gives the temporary file back. */
  async release(): Promise<void> {
    await this.#reading?.return(undefined);
    if (this.#spill !== undefined) closeSync(this.#spill.file);
    this.#spill = undefined;
  }

  close(name: string): void {
    switch (name) {
      case "t":
        this.#collects = false;
        break;
      case "rPh":
        this.#inPhonetic = false;
        break;
      case "si":
        this.#add(unescapeText(this.#pieces.join("")));
        break;
    }
  }

  open(name: string): void {
    if (name === "si") {
      this.#pieces = [];
      this.#length = 0;
    }
    if (name === "rPh") this.#inPhonetic = true;
    if (name === "t") this.#collects = !this.#inPhonetic;
  }

  text(text: string): void {
    if (!this.#collects) return;
    this.#length += text.length;
    if (this.#length > cellCharactersMax) throw malformed("a cell is too long");
    this.#pieces.push(text);
  }

  #add(text: string): void {
    this.#block.push(text);
    this.count++;
    if (this.#block.length < blockStrings) return;
    // XML holds no NUL, and unescapeText makes none.
    const bytes = Buffer.from(this.#block.join("\0"));
    this.#block = [];
    this.#store(bytes);
    this.#blockEnds.push(this.#used);
  }

  #store(bytes: Buffer): void {
    const end = this.#used + bytes.length;
    if (end <= memoryBytesMax) {
      // Pages that are never written take no memory.
      this.#memory ??= Buffer.allocUnsafeSlow(memoryBytesMax);
      bytes.copy(this.#memory, this.#used);
    } else {
      this.#spill ??= { file: openSpill(), start: this.#used };
      writeAll(this.#spill.file, bytes, this.#used - this.#spill.start);
    }
    this.#used = end;
  }

  #unpack(block: number): readonly string[] {
    const start = this.#blockEnds[block - 1] ?? 0;
    const end = this.#blockEnds[block] ?? start;
    this.#unpackedBytes += end - start;
    let bytes = this.#memory?.subarray(start, end);
    if (this.#spill !== undefined && start >= this.#spill.start) {
      bytes = Buffer.allocUnsafe(end - start);
      readSync(this.#spill.file, bytes, 0, bytes.length, start - this.#spill.start);
    }
    return bytes?.toString("utf8").split("\0") ?? [];
  }
}

function openSpill(): number {
  const path = join(tmpdir(), `sunshine-${crypto.randomUUID()}`);
  try {
    const file = openSync(path, "wx+", 0o600);
    unlinkSync(path);
    return file;
  } catch (error) {
    throw new TableError(
      "FileUnreadable",
      `the workbook needs room in the temporary folder (${systemCode(error)})`,
    );
  }
}

function writeAll(file: number, bytes: Buffer, position: number): void {
  try {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(file, bytes, at, bytes.length - at, position + at);
    }
  } catch (error) {
    throw new TableError(
      "FileUnreadable",
      `the workbook needs room in the temporary folder (${systemCode(error)})`,
    );
  }
}
