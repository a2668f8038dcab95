import { inflateRawSync } from "node:zlib";

/**
 * A second opinion on how a file is read: simple, slow, with the whole file in memory, and sharing
 * nothing with the ledger. It reads what the generator of odd files writes, not every workbook.
 */

/** A cell: a text as it is written, or why nobody knows what it says. */
export type PlainCell = string | { readonly unknown: "error" | "noResult" | "lostEnd" };

/** A row by its number, and whether a CSV record has more cells than the header. */
export interface PlainRow {
  readonly row: number;
  readonly cells: readonly PlainCell[];
  readonly surplus: boolean;
}

/** What a file says. */
export interface PlainTable {
  /** For each column the known one that it is, or "". */
  readonly columns: readonly string[];
  readonly rows: readonly PlainRow[];
  /** Where the reading ends before the file does. */
  readonly stopped?: number;
}

/** Reads a file; undefined where it is refused whole. */
export function readPlainly(
  bytes: Buffer,
  idColumn: string,
  known: readonly string[],
): PlainTable | undefined {
  const isWorkbook = bytes.subarray(0, 2).toString() === "PK";
  const { rows, stopped } = isWorkbook ? sheetOf(bytes) : recordsOf(textOf(bytes));
  const at = rows.findIndex(
    ({ row, cells }) => row <= 10 && cells.some((cell) => knownName(cell, known) === idColumn),
  );
  const header = [...(rows[at]?.cells ?? [])];
  while (isWorkbook && header.length > 0 && isBlank(header.at(-1) ?? "")) header.pop();
  if (header.length === 0) return undefined;
  const columns = header.map((name) => knownName(name, known));
  const named = columns.filter((name) => name !== "");
  const isLacking = (name: string): boolean => known.includes(name) && !named.includes(name);
  if (new Set(named).size < named.length || header.some((name, i) => isMoney(name, columns[i]))) {
    return undefined;
  }
  // 金额（旧） is another column beside 金额, and nobody knows what it is without.
  const doubtful = header.flatMap((cell) => {
    const { name } = bareName(cell);
    return name.endsWith("（旧）") ? name.slice(0, -3) : [];
  });
  if (doubtful.some(isLacking)) return undefined;
  const width = header.length;
  const found = rows.slice(at + 1).flatMap(({ row, cells }) => {
    const kept = [...cells];
    while (kept.length > width && isBlank(kept.at(-1) ?? "")) kept.pop();
    if ((isWorkbook ? kept.slice(0, width) : kept).every(isBlank)) return [];
    while (kept.length < width) kept.push("");
    if (isWorkbook) return [{ row, cells: kept, surplus: false }];
    return [{ row, cells: kept.slice(0, width), surplus: kept.length > width }];
  });
  return { columns, rows: found, ...(stopped === undefined ? {} : { stopped }) };
}

function isBlank(cell: PlainCell): boolean {
  return typeof cell === "string" && ["", '=""'].includes(withoutBlanks(cell));
}

function withoutBlanks(text: string): string {
  const isBlankLetter = (letter = "") => letter !== "\ufeff" && letter.trim() === "";
  const letters = Array.from(text);
  while (letters.length > 0 && isBlankLetter(letters[0])) letters.shift();
  while (letters.length > 0 && isBlankLetter(letters.at(-1))) letters.pop();
  return letters.join("");
}

const pairs = ["()", "（）", "[]", "【】"];

/** The name without what does not count, and what stood in brackets at its end. */
function bareName(cell: PlainCell): { readonly name: string; readonly units: string[] } {
  if (typeof cell !== "string") return { name: "", units: [] };
  let name = Array.from(cell)
    .filter((letter) => letter.trim() !== "" && !/\p{Cf}|\p{Cc}/u.test(letter))
    .join("");
  const units: string[] = [];
  for (;;) {
    const before = name;
    while (/^[*＊]/.test(name)) name = name.slice(1);
    while (/[*＊]$/.test(name)) name = name.slice(0, -1);
    for (const [open = "", close = ""] of pairs.map((pair) => Array.from(pair))) {
      const from = name.lastIndexOf(open);
      if (!name.endsWith(close) || from < 0) continue;
      const inside = name.slice(from + 1, -1);
      if (inside.includes("大写") || inside === "旧") continue;
      units.push(inside);
      name = name.slice(0, from);
    }
    if (name === before) return { name, units };
  }
}

function knownName(cell: PlainCell, known: readonly string[]): string {
  const { name } = bareName(cell);
  return known.includes(name) ? name : "";
}

function isMoney(cell: PlainCell, column: string | undefined): boolean {
  return column !== "" && bareName(cell).units.some((unit) => /万元|千元|角/.test(unit));
}

interface Numbered {
  readonly rows: { readonly row: number; readonly cells: readonly PlainCell[] }[];
  readonly stopped?: number;
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

/** Records of CSV, letter by letter. */
function recordsOf(text: string): Numbered {
  const rows: { row: number; cells: string[] }[] = [];
  let [cells, cell, at]: [string[], string, number] = [[], "", 0];
  const endRecord = (): void => {
    rows.push({ row: rows.length + 1, cells: [...cells, cell] });
    [cells, cell] = [[], ""];
  };
  let isFresh = true;
  while (at < text.length) {
    const letter = text.charAt(at);
    const isStart = cell === "" && isFresh;
    isFresh = false;
    const guard = isStart ? /^="[^",\r\n]*"(?=[,\r\n]|$)/.exec(text.slice(at, at + 300)) : null;
    if (letter === "\r" || letter === "\n") {
      if (letter === "\r" && text.charAt(at + 1) === "\n") at++;
      endRecord();
      isFresh = true;
    } else if (letter === ",") {
      cells.push(cell);
      cell = "";
      isFresh = true;
    } else if (guard !== null) {
      cell = guard[0];
      at += guard[0].length - 1;
    } else if (letter === '"') {
      const end = isStart ? closingMark(text, at) : -1;
      if (end === -1 || !["", ",", "\r", "\n"].includes(text.charAt(end + 1))) {
        return { rows, stopped: rows.length + 1 };
      }
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end;
    } else {
      cell += letter;
    }
    at++;
  }
  if (cells.length > 0 || cell !== "") endRecord();
  return { rows };
}

function closingMark(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text.charAt(at) !== '"') continue;
    if (text.charAt(at + 1) !== '"') return at;
    at++;
  }
  return -1;
}

/** The parts of a ZIP file by name. */
function partsOf(bytes: Buffer): Map<string, string> {
  const parts = new Map<string, string>();
  const end = bytes.lastIndexOf("PK\u0005\u0006");
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const size = bytes.readUInt32LE(at + 20);
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const nameEnd = at + 46 + (name ?? 0);
    const local = bytes.readUInt32LE(at + 42);
    const data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(data, data + size);
    const isPacked = bytes.readUInt16LE(at + 10) === 8;
    const content = isPacked ? inflateRawSync(packed) : packed;
    parts.set(bytes.toString("utf8", at + 46, nameEnd), content.toString("utf8"));
    at = nameEnd + (extra ?? 0) + (comment ?? 0);
  }
  return parts;
}

const unescaped = (xml: string): string =>
  xml
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/_x([0-9A-F]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
const textsIn = (xml: string): string => {
  const shown = xml.replace(/<rPh.*?<\/rPh>/gs, "");
  return [...shown.matchAll(/<t[^>]*>(.*?)<\/t>/gs)]
    .map(([, text = ""]) => unescaped(text))
    .join("");
};

/** The first visible sheet of a workbook. */
function sheetOf(bytes: Buffer): Numbered {
  const parts = partsOf(bytes);
  const part = (name: string): string => (parts.get(name) ?? "").replace(/<(\/?)x:/g, "<$1");
  const workbook = part("xl/workbook.xml");
  const sheets = [...workbook.matchAll(/<sheet [^>]*>/g)].map(([tag]) => tag);
  const visible = sheets.find((tag) => (attribute(tag, "state") ?? "visible") === "visible") ?? "";
  const id = attribute(visible, "r:id") ?? "";
  const relations = [...part("xl/_rels/workbook.xml.rels").matchAll(/<Relationship [^>]*>/g)];
  const [relation = ""] = relations.find(([tag]) => attribute(tag, "Id") === id) ?? [];
  const sheet = part(`xl/${attribute(relation, "Target") ?? ""}`);
  const strings = part("xl/sharedStrings.xml").match(/<si>.*?<\/si>|<si\/>/gs) ?? [];
  const formats = [
    ...part("xl/styles.xml")
      .replace(/<cellStyleXfs>.*<\/cellStyleXfs>/s, "")
      .matchAll(/<xf [^>]*>/g),
  ];
  const isDate = formats.map(([tag]) => attribute(tag, "numFmtId") === "14");
  const date1904 = workbook.includes('date1904="1"');
  const rows: { row: number; cells: PlainCell[] }[] = [];
  for (const [, tag = "", content = ""] of sheet.matchAll(
    /<row( [^>]*?)?(?:\/>|>(.*?)<\/row>)/gs,
  )) {
    const row = Number(attribute(tag, "r") ?? (rows.at(-1)?.row ?? 0) + 1);
    const cells: PlainCell[] = [];
    let column = -1;
    for (const [xml, attributes = ""] of content.matchAll(/<c( [^>]*?)?(?:\/>|>.*?<\/c>)/gs)) {
      const letters = /^[A-Z]+/.exec(attribute(attributes, "r") ?? "")?.[0];
      column = letters === undefined ? column + 1 : numberOf(letters);
      while (cells.length < column) cells.push("");
      const style = isDate[Number(attribute(attributes, "s") ?? 0)] === true;
      cells[column] = cellOf(xml, attribute(attributes, "t") ?? "n", { strings, style, date1904 });
    }
    rows.push({ row, cells });
  }
  return { rows };
}

function numberOf(letters: string): number {
  return Array.from(letters).reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0) - 1;
}

interface Styles {
  readonly strings: readonly string[];
  readonly style: boolean;
  readonly date1904: boolean;
}

function cellOf(xml: string, type: string, { strings, style, date1904 }: Styles): PlainCell {
  const value = /<v>(.*?)<\/v>/s.exec(xml)?.[1];
  if (type === "e") return { unknown: "error" };
  if (type === "inlineStr") return textsIn(xml);
  if (xml.includes("<f>") && (value === undefined || (value === "" && type !== "str"))) {
    return { unknown: "noResult" };
  }
  if (value === undefined || value === "") return "";
  if (type === "s") return textsIn(strings[Number(value)] ?? "");
  if (type === "str") return unescaped(value);
  if (type === "b") return value === "0" ? "FALSE" : "TRUE";
  if (type === "d") return value.slice(0, 10);
  return style ? dayOf(Number(value), date1904) : numberText(value);
}

function dayOf(serial: number, date1904: boolean): PlainCell {
  const day = Math.floor(serial) + (date1904 ? 1462 : 0);
  if (day < 1 || day === 60) return { unknown: "error" };
  const date = new Date(Date.UTC(1900, 0, day < 60 ? day : day - 1));
  return date.toISOString().slice(0, 10);
}

/** To 15 significant digits with whole numbers of units, half up. */
function numberText(value: string): PlainCell {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^([+-]?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/i.exec(value) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const point = digits.length - fraction.length + Number(exponent);
  const kept = digits.slice(0, 15);
  const rounded = BigInt(kept || "0") + (Number(digits[15] ?? 0) >= 5 ? 1n : 0n);
  const text = rounded.toString();
  const places = point + (text.length - kept.length);
  if (places > 15) return { unknown: "lostEnd" };
  const padded = text.padEnd(Math.max(places, 0), "0");
  const head = places > 0 ? padded.slice(0, places) : "0";
  const tail = (places > 0 ? padded.slice(places) : "0".repeat(-places) + padded).replace(
    /0+$/,
    "",
  );
  const shown = tail === "" ? head : `${head}.${tail}`;
  return sign === "-" && /[1-9]/.test(shown) ? `-${shown}` : shown;
}
