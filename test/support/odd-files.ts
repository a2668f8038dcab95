/**
 * Files of a bureau with traits that real ones have, each alone or with others: what a person, a
 * spreadsheet or another program did to a sound table. The same seed gives the same file.
 */
import iconv from "iconv-lite";
import type { CountyRow, Random } from "./county.ts";
import { randomSource } from "./county.ts";
import * as rows from "./rows.ts";
import { columnName, workbookParts, xmlText } from "./xlsx.ts";
import type { Part } from "./xlsx.ts";

const kinds = ["roster", "organisations", "contracts", "amendments", "movements"] as const;
type OddKind = (typeof kinds)[number];

/** A cell before it is written in a format. */
type Odd =
  | { readonly text: string }
  | { readonly number: string }
  | { readonly date: number; readonly shown: string }
  | { readonly error: string }
  | { readonly formula: "number" | "text" | "empty" }
  | { readonly logical: boolean };

interface Draft {
  readonly random: Random;
  readonly kind: OddKind;
  readonly isWorkbook: boolean;
  /** Rows above the header. */
  readonly above: string[][];
  /** The names of the columns as they will stand there, and the column each is for. */
  columns: { name: string; readonly of: string }[];
  readonly body: Odd[][];
  encoding: "utf-8" | "utf-8-bom" | "gb18030";
  eol: string;
  quotesAll: boolean;
  quotesGuards: boolean;
  isStray: boolean;
  sheets: { name: string; state?: string }[];
  date1904: boolean;
  prefix: string;
  sharesStrings: boolean;
  namesCells: boolean;
}

type Trait = (draft: Draft) => void;

const text = (of: string): Odd => ({ text: of });

const bases: Readonly<Record<OddKind, readonly CountyRow[]>> = {
  roster: [1, 2, 3].map((n) => ({ ...rows.person(n), 银行账号: "6200000000000000011" })),
  organisations: ["O1", "O2"].map((id) => ({ ...rows.organisation(id), 统一社会信用代码: "91A" })),
  contracts: [rows.labourContract(), rows.shareContract()],
  amendments: [
    ...[rows.supplement("B1"), rows.supplement("B2")],
    { 变更编号: "B3", 合同编号: "C1", 变更类型: "更正", 生效日期: "2025-01-01", 终止日期: "-" },
    { 变更编号: "B4", 合同编号: "C2", 变更类型: "终止", 生效日期: "2025-09-30" },
  ],
  movements: [
    ...[rows.wage("M1"), rows.wage("M2"), rows.dividend("M3"), rows.reversal("M4", "M1")],
    rows.shareIssue("M5"),
  ],
};
const idsOf: Readonly<Record<OddKind, readonly string[]>> = {
  roster: ["人编号", "户编号"],
  organisations: ["主体编号"],
  contracts: ["合同编号", "主体编号"],
  amendments: ["变更编号", "合同编号"],
  movements: ["业务编号", "户编号", "主体编号", "合同编号"],
};
const invisible = ["\u200b", "\u200e", "\u2060", "\ufeff", "\u00ad", "\u0007", "\u{e0041}"];
const errors = ["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"];

function rowOf({ random, body }: Draft): Odd[] {
  return random.pick(body);
}

function put(draft: Draft, column: string, cell: Odd): void {
  const at = draft.columns.findIndex(({ of }) => of === column);
  if (at >= 0) rowOf(draft)[at] = cell;
}

/** Puts a cell anywhere, often where the ledger needs one. */
function putAnywhere(draft: Draft, cell: Odd): void {
  put(draft, draft.random.pick(draft.columns).of, cell);
}

function putId(draft: Draft, change: (id: string) => Odd): void {
  const column = draft.random.pick(idsOf[draft.kind]);
  put(draft, column, change(`${column === "户编号" ? "H" : "X"}${draft.random.below(9)}7`));
}

function rename(draft: Draft, change: (name: string) => string): void {
  const column = draft.random.pick(draft.columns);
  column.name = change(column.name);
}

function addColumn(draft: Draft, name: string, cell: () => Odd): void {
  const at = draft.random.below(draft.columns.length + 1);
  draft.columns.splice(at, 0, { name, of: `+${name}${draft.columns.length}` });
  for (const row of draft.body) row.splice(at, 0, cell());
}

const dayColumn: Readonly<Record<OddKind, string>> = {
  roster: "首次识别时间",
  organisations: "行政区划",
  contracts: "起始日期",
  amendments: "生效日期",
  movements: "业务日期",
};
const numberColumn: Readonly<Record<OddKind, string>> = {
  roster: "人数",
  organisations: "名称",
  contracts: "单价",
  amendments: "单价",
  movements: "金额",
};

/** A serial of the 1900 system, and the day it is. */
function dateOf(random: Random, date1904: boolean): Odd {
  const serial = random.between(18_172, 109_574);
  const time = random.pick([0, 0, 0.5, 0.604166666666667, 0.999988]);
  const day = new Date(Date.UTC(1899, 11, 30 + serial)).toISOString().slice(0, 10);
  return { date: serial + time - (date1904 ? 1_462 : 0), shown: day };
}

/** What can be the matter with a file, by name. */
export const traits: Readonly<Record<string, Trait>> = {
  "a title above": ({ random, above }) => {
    while (above.length < random.between(1, 9)) above.push([random.pick(["", "2025年发放表"])]);
  },
  "a header too low": ({ above }) => {
    while (above.length < 10) above.push(["说明"]);
  },
  "no id column": (draft) => {
    const id = draft.columns.find(({ of }) => of === idsOf[draft.kind][0]);
    if (id !== undefined) id.name = `${id.name}2`;
  },
  "marked names": (draft) => {
    rename(draft, (name) =>
      draft.random.pick([`*${name}`, `${name} *`, `＊${name}`, `** ${name}`]),
    );
  },
  "blanks in names": (draft) => {
    const blank = draft.random.pick([" ", "\n", "\u3000", "\u200b", "\ufeff", "\u00a0"]);
    rename(draft, (name) => Array.from(name).join(blank));
  },
  "units in names": (draft) => {
    const unit = draft.random.pick([
      "（元）",
      "(必填)",
      "（元/亩）",
      " ( 天 )",
      "[kg]",
      "【人】",
      "(元)*",
    ]);
    rename(draft, (name) => name + unit);
  },
  "something else in brackets": (draft) => {
    const { of } = draft.random.pick(draft.columns);
    if (draft.random.chance(0.5)) addColumn(draft, `${of}（旧）`, () => text("旧"));
    else rename(draft, () => `${of}（旧）`);
  },
  "amounts in 万元": (draft) => {
    const column = draft.columns.find(({ of }) => of === numberColumn[draft.kind]);
    if (column !== undefined) column.name += draft.random.pick(["（万元）", "(千元)", "（角）"]);
  },
  "a known column twice": (draft) => {
    const { name, of } = draft.random.pick(draft.columns);
    addColumn(draft, draft.random.pick([name, `${name}（元）`, ` ${of}`]), () => text("x"));
  },
  "unknown columns, one twice": (draft) => {
    for (const name of ["签字", "签字", "备用"]) addColumn(draft, name, () => text("甲"));
  },
  "columns without a name": (draft) => {
    addColumn(draft, "", () => text(draft.random.pick(["", "注"])));
  },
  "an amount in words": (draft) => {
    const name = `${numberColumn[draft.kind]}（大写）`;
    addColumn(draft, name, () => text("贰佰陆拾元整"));
  },
  "columns in another order": (draft) => {
    const order = draft.columns.map((_, at) => at);
    for (const at of order.keys()) {
      const other = draft.random.below(at + 1);
      [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
    }
    draft.columns = order.map((at) => draft.columns[at] ?? { name: "", of: "" });
    for (const row of draft.body) {
      const before = [...row];
      for (const [at, from] of order.entries()) row[at] = before[from] ?? text("");
    }
  },
  "empty rows": ({ body, random }) => {
    body.splice(random.below(body.length), 0, [], [text(" "), text("\u3000")]);
  },
  "short rows": (draft) => {
    rowOf(draft).length = draft.random.between(1, draft.columns.length);
  },
  "cells beyond the header": (draft) => {
    rowOf(draft).push(text(draft.random.pick(["", "x"])), text(draft.random.pick([" ", "y"])));
  },
  "blanks around texts": (draft) => {
    const around = draft.random.pick([" ", "\t", "\n", "\u3000", "\u00a0"]);
    putId(draft, (id) => text(around + id + around));
  },
  "characters that nobody sees": (draft) => {
    const hidden = draft.random.pick(invisible);
    putId(draft, (id) => text(draft.random.pick([id + hidden, hidden + id, `${hidden}${id} `])));
  },
  "full width": (draft) => {
    putId(draft, (id) => text(draft.random.pick([`Ｘ${id}`, `${id}７`, `${id}（1）`, `${id}－1`])));
  },
  errors: (draft) => {
    putAnywhere(draft, { error: draft.random.pick(errors) });
  },
  "errors as texts": (draft) => {
    putAnywhere(draft, text(draft.random.pick([...errors, " #N/A ", "########"])));
  },
  "formulas without results": (draft) => {
    putAnywhere(draft, { formula: draft.random.pick(["number", "text", "empty"]) });
  },
  "numbers that lost their end": (draft) => {
    const long = draft.random.pick(["6200000000000000017", "5.39999E+17", "1234567890123456"]);
    putAnywhere(draft, { number: long });
  },
  "ids as numbers": (draft) => {
    putId(draft, () => ({ number: draft.random.pick(["5399990001", "123456789012345", "7.0"]) }));
  },
  "products of doubles": (draft) => {
    const value = (draft.random.below(90_000) / 100) * 1.1 + 0.1 + 0.2;
    put(draft, numberColumn[draft.kind], { number: String(value) });
  },
  "odd numbers": (draft) => {
    const odd = ["2.6E-1", "1.5E5", "-12.5", "0", "999999999999999.9", "0.000012", "+7", "007"];
    put(draft, numberColumn[draft.kind], { number: draft.random.pick(odd) });
  },
  "scientific texts": (draft) => {
    const ruined = draft.random.pick(["5.39999E+17", "6.2e+18", "5.39999E17", "5E+15", "1E5"]);
    const others = ["证件号码", "银行账号", "凭证号", "统一社会信用代码", "备注"];
    if (draft.random.chance(0.5)) putId(draft, () => text(ruined));
    else for (const column of others) put(draft, column, text(ruined));
  },
  "date cells": (draft) => {
    put(draft, dayColumn[draft.kind], dateOf(draft.random, draft.date1904));
  },
  "the 1904 system": (draft) => {
    draft.date1904 = draft.isWorkbook;
    put(draft, dayColumn[draft.kind], dateOf(draft.random, draft.date1904));
  },
  "days as texts": (draft) => {
    const odd = ["2025-03-01 00:00:00", "2025/3/1 9:05", "2025-03-01T08:00", "1949-09-30"];
    const more = ["1025-01-01", "2200/1/1", "2025-02-29", "2025-03-01T16:00:00Z", "2025年3月1日"];
    put(draft, dayColumn[draft.kind], text(draft.random.pick([...odd, ...more])));
  },
  "guards of formulas": (draft) => {
    draft.quotesGuards = draft.random.chance(0.3);
    const guard = draft.random.pick(['="0123"', '="YW-1"', '=""', '="H1"', '="#N/A"']);
    if (draft.random.chance(0.5)) putId(draft, () => text(guard));
    else putAnywhere(draft, text(guard));
  },
  "guards of apostrophes": (draft) => {
    putAnywhere(draft, text(draft.random.pick(["'0123", "'=1+1", "''1", "'a", "'+86 1", "'-"])));
  },
  "the mark of unknown cells": (draft) => {
    if (draft.random.chance(0.3)) addColumn(draft, "备用", () => text(""));
    putAnywhere(draft, text(draft.random.pick(["#未知", " #未知 ", '="#未知"'])));
  },
  "long texts": (draft) => {
    const [column, length] = draft.random.pick([
      ["凭证号", 65],
      ["凭证号", 64],
      ["所属期", 65],
      ["备注", 21_846],
      ["备注", 21_845],
      [idsOf[draft.kind][0] ?? "", 201],
      [idsOf[draft.kind][0] ?? "", 200],
    ] as const);
    put(draft, column, text("长".repeat(length)));
  },
  "line ends and marks in texts": (draft) => {
    putAnywhere(
      draft,
      text(draft.random.pick(['一\n二,"三"', '"', "\r", "a\r\nb", ",,", "_x0041_"])),
    );
  },
  "logical values": (draft) => {
    putAnywhere(draft, { logical: draft.random.chance(0.5) });
  },
  "another encoding": (draft) => {
    draft.encoding = draft.random.pick(["utf-8-bom", "gb18030"]);
  },
  "other line ends": (draft) => {
    draft.eol = draft.random.pick(["\r\n", "\r"]);
  },
  "quotation marks everywhere": (draft) => {
    draft.quotesAll = true;
  },
  "a stray quotation mark": (draft) => {
    draft.isStray = !draft.isWorkbook;
  },
  "other sheets": (draft) => {
    const hidden = draft.random.pick(["hidden", "veryHidden"]);
    draft.sheets = [{ name: "旧", state: hidden }, { name: "表" }, { name: "三月" }];
  },
  "strings of their own table": (draft) => {
    draft.sharesStrings = true;
  },
  "cells without an address": (draft) => {
    draft.namesCells = false;
  },
  "elements with a prefix": (draft) => {
    draft.prefix = "x:";
  },
};

/** A file with these traits: its kind, and its parts where it is a workbook. */
export interface OddFile {
  readonly kind: OddKind;
  readonly content: Buffer | Record<string, Part>;
}

/** Makes a file; the order of the traits is that in which they happened to it. */
export function oddFile(seed: number, names: readonly string[]): OddFile {
  const random = randomSource(seed);
  const kind = random.pick(kinds);
  const more = kind === "movements" ? ["备注", "凭证号", "所属期"] : ["备用"];
  const known = [...new Set([...bases[kind].flatMap((row) => Object.keys(row)), ...more])];
  const draft: Draft = {
    random,
    kind,
    isWorkbook: random.chance(0.5),
    above: [],
    columns: known.map((name) => ({ name, of: name })),
    body: bases[kind].map((row) => known.map((name) => text(row[name] ?? ""))),
    encoding: "utf-8",
    eol: "\n",
    quotesAll: false,
    quotesGuards: true,
    isStray: false,
    sheets: [{ name: "表" }],
    date1904: false,
    prefix: "",
    sharesStrings: false,
    namesCells: true,
  };
  for (const name of names) traits[name]?.(draft);
  return { kind, content: draft.isWorkbook ? workbookOf(draft) : csvOf(draft) };
}

function linesOf({ above, columns, body }: Draft): Odd[][] {
  const header = columns.map(({ name }) => text(name));
  return [...above.map((cells) => cells.map(text)), header, ...body];
}

function csvOf(draft: Draft): Buffer {
  const { encoding, eol, isStray } = draft;
  const lines = linesOf(draft).map((cells) =>
    cells.map((cell) => csvCell(draft, textIn(cell))).join(","),
  );
  if (isStray) lines.splice(draft.random.below(lines.length) + 1, 0, '一,他说"明天"来');
  const written = lines.join(eol) + eol;
  const charset = encoding === "gb18030" ? encoding : "utf-8";
  return iconv.encode(written, charset, { addBOM: encoding === "utf-8-bom" });
}

function csvCell({ quotesAll, quotesGuards }: Draft, written: string): string {
  const isGuard = /^="[^",\r\n]*"$/.test(written);
  const needs = /[",\r\n]/.test(written) && (quotesGuards || !isGuard);
  return quotesAll || needs ? `"${written.replaceAll('"', '""')}"` : written;
}

/** What an export writes for a cell. */
function textIn(cell: Odd): string {
  if ("text" in cell) return cell.text;
  if ("number" in cell) return cell.number;
  if ("date" in cell) return cell.shown;
  if ("error" in cell) return cell.error;
  if ("logical" in cell) return cell.logical ? "TRUE" : "FALSE";
  return "";
}

function workbookOf(draft: Draft): Record<string, Part> {
  const strings: string[] = [];
  const sheet = linesOf(draft)
    .map((cells, at) => sheetRow(draft, cells, at + 1, strings))
    .join("");
  const workbook = {
    rows: sheet,
    strings: strings.join(""),
    cellFormats: [0, 14],
    date1904: draft.date1904,
  };
  const parts = workbookParts(workbook);
  const others = `<worksheet><sheetData><row r="1"/></sheetData></worksheet>`;
  const visible = draft.sheets.findIndex(({ state }) => state === undefined);
  const tags = draft.sheets.map(({ name, state }, at) => {
    const id = at === visible ? "worksheet1" : `other${at}`;
    const shown = state === undefined ? "" : ` state="${state}"`;
    return `<sheet name="${name}" sheetId="${at + 1}"${shown} r:id="${id}"/>`;
  });
  const relations = draft.sheets.map((_, at) =>
    at === visible ? "" : `<Relationship Id="other${at}" Type="x/worksheet" Target="other.xml"/>`,
  );
  const { "xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": related } = parts;
  return {
    ...parts,
    "xl/workbook.xml": String(book).replace(/<sheet .*?\/>/, tags.join("")),
    "xl/_rels/workbook.xml.rels": String(related).replace(
      "</Relationships>",
      `${relations.join("")}</Relationships>`,
    ),
    "xl/other.xml": others,
  };
}

function sheetRow(draft: Draft, cells: readonly Odd[], row: number, strings: string[]): string {
  const { prefix, namesCells } = draft;
  const xml = cells.map((cell, column) => {
    const isEmpty = "text" in cell && cell.text === "";
    if (isEmpty && namesCells) return "";
    const address = namesCells ? ` r="${columnName(column)}${row}"` : "";
    return cellXml(draft, cell, address, strings);
  });
  const written = `<row r="${row}">${xml.join("")}</row>`;
  return prefix === "" ? written : written.replace(/<(\/?)(?=[a-z])/g, `<$1${prefix}`);
}

function cellXml(draft: Draft, cell: Odd, address: string, strings: string[]): string {
  if ("number" in cell) return `<c${address}><v>${cell.number}</v></c>`;
  if ("date" in cell) return `<c${address} s="1"><v>${cell.date}</v></c>`;
  if ("error" in cell) return `<c${address} t="e"><v>${cell.error}</v></c>`;
  if ("logical" in cell) return `<c${address} t="b"><v>${cell.logical ? 1 : 0}</v></c>`;
  if ("formula" in cell) return `<c${address}${formulas[cell.formula]}</c>`;
  const content = `<t xml:space="preserve">${writable(cell.text)}</t>`;
  if (!draft.sharesStrings) return `<c${address} t="inlineStr"><is>${content}</is></c>`;
  const phonetic = draft.random.chance(0.2) ? '<rPh sb="0" eb="1"><t>读音</t></rPh>' : "";
  strings.push(`<si>${content}${phonetic}</si>`);
  return `<c${address} t="s"><v>${strings.length - 1}</v></c>`;
}

/** A text as XML content; U+0007, which XML cannot hold, as workbooks write it. */
function writable(written: string): string {
  return xmlText(written).replaceAll("\u0007", "_x0007_");
}

const formulas = {
  number: "><f>SUM(A1)</f><v></v>",
  text: ' t="str"><f>A1</f>',
  empty: ' t="str"><f>IF(1,"","x")</f><v></v>',
} as const;
