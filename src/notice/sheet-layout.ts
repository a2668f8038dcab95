import type { Notice } from "../queries/notice.ts";
import { dayWords } from "../words/instants.ts";
import { grouped } from "../words/numbers.ts";
import type { Fonts, Placed } from "./paper.ts";
import { paper, textWidth, wrapped } from "./paper.ts";
import type { Fact, Sheet } from "./sheet.ts";
import { demoWords, sealWords, sheetTitle } from "./sheet.ts";

/** A row of the table: the lines of each of its cells. */
export interface Row {
  readonly cells: readonly (readonly string[])[];
  readonly height: number;
  readonly isBold: boolean;
}

/** A page: the rows from `from` up to `to`, and where the table begins. */
export interface Page {
  readonly from: number;
  readonly to: number;
  readonly top: number;
}

/** All of a sheet by page. */
export interface Layout {
  /** What stands above the table on the first page. */
  readonly head: readonly Placed[];
  /** The square of the QR code. */
  readonly code: { readonly x: number; readonly y: number; readonly side: number };
  readonly rows: readonly Row[];
  readonly pages: readonly Page[];
  /** What stands below the table on the last page, from the top of its own space. */
  readonly end: readonly Placed[];
}

/** The widths of the table's columns; they fill a line of text. */
export const columnWidths = [46, 160, textWidth - 46 - 160 - 108, 108];
/** Around the text of a cell. */
export const cellPadding = { x: 5, y: 3 };
/** The size of the table's text. */
export const cellSize = 12.5;
/** From one line of it to the next. */
export const cellLeading = 16;

const bodySize = 12.5;
const bodyLeading = 18;
const largeSize = 15;
const largeLeading = 22;
const nameWidth = 66;
const codeSide = 104;
/** Two blanks of a full width begin a paragraph. */
const indent = "\u3000\u3000";
const factWidth = textWidth - codeSide - nameWidth - 8;
/** Of the font, from the top of a line to its base. */
const ascent = 1.16;
const atLeft = { x: paper.margin, size: bodySize, font: "sans", isBold: false } as const;
const bottom = paper.height - paper.margin - paper.foot;
/** For a stamp and a signature. */
const sealSpace = 24;

/** Places everything that a sheet says; what the font lacks has been replaced. */
export function layoutOf(
  notice: Notice,
  sheet: Sheet,
  fonts: Fonts,
  extra: { readonly isDemo: boolean; readonly missing: string | undefined },
): Layout {
  const pen = penOf(fonts);
  const code = headOf(pen, sheet, extra.isDemo);
  const rows = rowsOf(notice, fonts);
  const end = penOf(fonts);
  end.y += 6;
  if (extra.missing !== undefined) end.paragraph(extra.missing, 12, 17);
  end.y += sealSpace;
  const seal = [...sealWords, dayWords(notice.notices[0]?.from ?? "")];
  for (const [i, text] of seal.entries()) {
    const last = i === seal.length - 1;
    const width = fonts.sans.widthOf(text) * bodySize;
    end.place(text, last ? paper.width - paper.margin - width : paper.margin + i * 215, bodySize);
  }
  const endHeight = end.y - paper.margin + bodyLeading;
  const pages = pagesOf(rows, pen.y + 6, endHeight);
  return { head: pen.placed, code, rows, pages, end: end.placed };
}

interface Pen {
  y: number;
  readonly placed: Placed[];
  place(text: string, x: number, size: number, style?: Style): void;
  centred(text: string, size: number, leading: number): void;
  paragraph(text: string, size: number, leading: number): void;
  fact(fact: Fact): void;
}

interface Style {
  readonly isBold?: boolean;
  readonly font?: "sans" | "mono";
}

function penOf({ sans }: Fonts): Pen {
  const placed: Placed[] = [];
  const pen: Pen = {
    y: paper.margin,
    placed,
    place(text, x, size, { isBold = false, font = "sans" } = {}) {
      placed.push({ text, x, y: pen.y, size, font, isBold });
    },
    centred(text, size, leading) {
      for (const line of wrapped(text, textWidth, (of) => sans.widthOf(of) * size)) {
        pen.place(line, (paper.width - sans.widthOf(line) * size) / 2, size, { isBold: true });
        pen.y += leading;
      }
    },
    paragraph(text, size, leading) {
      const lines = wrapped(indent + text, textWidth, (of) => sans.widthOf(of) * size);
      for (const line of lines) {
        pen.place(line, paper.margin, size);
        pen.y += leading;
      }
    },
    fact({ name, value, isLarge = false }) {
      const [size, leading] = isLarge ? [largeSize, largeLeading] : [bodySize, bodyLeading];
      const lines = wrapped(value, factWidth, (of) => sans.widthOf(of) * size);
      for (const [i, line] of lines.entries()) {
        // Both sizes stand on one line.
        const lower = pen.y + (size - bodySize) * ascent;
        if (i === 0) placed.push({ ...atLeft, text: name, y: lower });
        pen.place(line, paper.margin + nameWidth, size, { isBold: isLarge });
        pen.y += leading;
      }
    },
  };
  return pen;
}

/** Places what stands above the table and answers where the QR code is. */
function headOf(pen: Pen, sheet: Sheet, isDemo: boolean): Layout["code"] {
  if (isDemo) pen.centred(demoWords, 12, 20);
  pen.centred(Array.from(sheetTitle).join("\u3000"), 40, 54);
  pen.centred(sheet.subject, 18, 26);
  pen.y += 4;
  pen.paragraph(sheet.opening, bodySize, bodyLeading);
  pen.y += 6;
  const code = { x: paper.width - paper.margin - codeSide, y: pen.y, side: codeSide };
  for (const fact of sheet.facts) pen.fact(fact);
  pen.place("清单哈希", paper.margin, bodySize);
  for (const row of [sheet.hash.slice(0, 4), sheet.hash.slice(4)]) {
    pen.place(row.join(" "), paper.margin + nameWidth, 12, { font: "mono" });
    pen.y += bodyLeading;
  }
  pen.y = Math.max(pen.y, code.y + codeSide) + 4;
  for (const text of sheet.advice) pen.paragraph(text, 12, 16.5);
  return code;
}

function rowsOf({ lines, sum }: Notice, { sans }: Fonts): Row[] {
  const row = (texts: readonly string[], isBold = false): Row => {
    const cells = texts.map((text, i) => {
      const width = (columnWidths[i] ?? 0) - 2 * cellPadding.x;
      return wrapped(text, width, (of) => sans.widthOf(of) * cellSize);
    });
    const deepest = Math.max(...cells.map(({ length }) => length));
    return { cells, height: deepest * cellLeading + 2 * cellPadding.y, isBold };
  };
  return [
    ...lines.map(({ line, shown, village, amount }) =>
      row([String(line), shown, village, grouped(amount)]),
    ),
    row(["", "合计", `共 ${grouped(lines.length)} 笔`, grouped(sum)], true),
  ];
}

/** The head of the table has one line. */
const headHeight = cellLeading + 2 * cellPadding.y;

/**
 * Cuts rows into pages; the last has room for what stands below the table, and the sum does not
 * stand on it alone.
 */
function pagesOf(rows: readonly Row[], firstTop: number, endHeight: number): Page[] {
  const pages: Page[] = [];
  let [from, top] = [0, firstTop];
  let y = top + headHeight;
  for (const [at, { height }] of rows.entries()) {
    const isLast = at === rows.length - 1;
    if (y + height + (isLast ? endHeight : 0) > bottom) {
      const to = isLast && at - 1 > from ? at - 1 : at;
      pages.push({ from, to, top });
      [from, top] = [to, paper.margin];
      y = top + headHeight;
      if (to < at) y += rows[to]?.height ?? 0;
    }
    y += height;
  }
  return [...pages, { from, to: rows.length, top }];
}
