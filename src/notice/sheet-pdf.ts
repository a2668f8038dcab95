import { setImmediate as turn } from "node:timers/promises";
import PDFDocument from "pdfkit";
import type { Notice } from "../queries/notice.ts";
import type { Missing } from "./characters.ts";
import {
  charactersOf,
  commonCharacters,
  missingIn,
  missingWords,
  shaped,
  substitute,
  textsIn,
} from "./characters.ts";
import { codeOf, darkRuns } from "./code.ts";
import { fontFor } from "./font.ts";
import type { Fonts, Placed } from "./paper.ts";
import { paper, textWidth } from "./paper.ts";
import type { Sheet } from "./sheet.ts";
import { sheetColumns, sheetOf, sheetTitle } from "./sheet.ts";
import type { Layout, Row } from "./sheet-layout.ts";
import { cellLeading, cellPadding, cellSize, columnWidths, layoutOf } from "./sheet-layout.ts";

type Document = PDFKit.PDFDocument;

/**
 * Writes a sheet as a PDF on A4, page by page, with the fonts it needs. What they lack is printed
 * as 〓 and named at the end. The same notice makes the same file.
 */
export async function writeSheetPdf(
  notice: Notice,
  { isDemo }: { readonly isDemo: boolean },
  write: (bytes: Buffer) => void,
): Promise<{ readonly missing: readonly Missing[] }> {
  const texts = [...commonCharacters, ...textsIn(notice)];
  const fonts: Fonts = {
    sans: await fontFor("sans", charactersOf(texts.map(shaped))),
    mono: await fontFor("mono", "0123456789abcdef "),
  };
  const missing = missingIn(notice, (character) => fonts.sans.has(character));
  const printed = printable(notice, fonts);
  const sheet = { ...sheetOf(printed), code: sheetOf(notice).code };
  const layout = layoutOf(printed, sheet, fonts, {
    isDemo,
    missing: missingWords(missing, "printed"),
  });
  const document = documentOf(printed, fonts);
  const ended = new Promise<void>((resolve, reject) => {
    document.on("end", resolve).on("error", reject);
    document.on("data", (bytes: Buffer) => {
      try {
        write(bytes);
      } catch (error) {
        // Thrown here, it would end the process.
        reject(error instanceof Error ? error : new Error("it cannot be written"));
      }
    });
  });
  const drawn = draw(document, layout, { sheet, notice: printed, fonts });
  await Promise.all([ended, drawn.then(() => document.end())]);
  return { missing };
}

/** The notice with a substitute for every character that the font lacks. */
function printable(notice: Notice, { sans }: Fonts): Notice {
  const of = (text: string): string =>
    Array.from(shaped(text), (one) => (sans.has(one) ? one : substitute)).join("");
  return {
    ...notice,
    plan: of(notice.plan),
    entity: of(notice.entity),
    period: notice.period === null ? null : of(notice.period),
    notices: notice.notices.map((each) => ({
      ...each,
      place: of(each.place),
      channels: of(each.channels),
      phones: of(each.phones),
    })),
    lines: notice.lines.map((line) => ({
      ...line,
      shown: of(line.shown),
      village: of(line.village),
    })),
  };
}

function documentOf({ plan, version, notices }: Notice, fonts: Fonts): Document {
  const document = new PDFDocument({
    size: "A4",
    margin: 0,
    autoFirstPage: false,
    lang: "zh-CN",
    displayTitle: true,
    info: {
      Title: `${sheetTitle} ${plan} 第 ${version} 版`,
      Creator: "阳光账本 Sunshine Ledger",
      CreationDate: new Date(`${notices[0]?.from ?? "1970-01-01"}T00:00:00+08:00`),
    },
  });
  document.registerFont("sans", fonts.sans.bytes);
  document.registerFont("mono", fonts.mono.bytes);
  return document;
}

interface Drawn {
  readonly sheet: Sheet;
  readonly notice: Notice;
  readonly fonts: Fonts;
}

async function draw(document: Document, layout: Layout, drawn: Drawn): Promise<void> {
  const { rows, pages } = layout;
  for (const [at, { from, to, top }] of pages.entries()) {
    document.addPage();
    if (at === 0) {
      for (const placed of layout.head) put(document, placed);
      drawCode(document, layout, drawn.sheet);
    }
    let y = top;
    if (to > from) {
      y = drawRow(document, headRow, y, drawn.fonts, "#eeeeee");
      for (const row of rows.slice(from, to)) y = drawRow(document, row, y, drawn.fonts);
    }
    if (at === pages.length - 1) {
      for (const placed of layout.end) put(document, { ...placed, y: placed.y - paper.margin + y });
    }
    drawFoot(document, drawn, at + 1, pages.length);
    // The pages before are packed and written meanwhile.
    await turn();
  }
}

const headRow: Row = {
  cells: sheetColumns.map((title) => [title]),
  height: cellLeading + 2 * cellPadding.y,
  isBold: true,
};

/** Draws a row and answers where the next begins. */
function drawRow(document: Document, row: Row, y: number, fonts: Fonts, fill?: string): number {
  const { cells, height, isBold } = row;
  if (fill !== undefined) document.rect(paper.margin, y, textWidth, height).fill(fill);
  let x = paper.margin;
  for (const [i, lines] of cells.entries()) {
    const width = columnWidths[i] ?? 0;
    document.lineWidth(0.6).rect(x, y, width, height).stroke("#000000");
    for (const [nth, text] of lines.entries()) {
      const isRight = i === 0 || i === cells.length - 1;
      const own = fonts.sans.widthOf(text) * cellSize;
      const left = isRight ? x + width - cellPadding.x - own : x + cellPadding.x;
      const top = y + cellPadding.y + nth * cellLeading;
      put(document, { text, x: left, y: top, size: cellSize, font: "sans", isBold });
    }
    x += width;
  }
  return y + height;
}

/** From the top of a line to where the font's own line begins: it is higher than the text. */
const lineTop = 0.12;

function put(document: Document, { text, x, y, size, font, isBold }: Placed): void {
  if (text === "") return;
  document.font(font).fontSize(size).fillColor("#000000");
  if (isBold) document.lineWidth(size / 32).strokeColor("#000000");
  // One weight is embedded; a line around its letters makes the other.
  const bold = isBold ? { fill: true, stroke: true } : {};
  document.text(text, x, y - size * lineTop, { lineBreak: false, ...bold });
}

function drawCode(document: Document, { code }: Layout, sheet: Sheet): void {
  const modules = codeOf(sheet.code);
  const side = code.side / modules.length;
  for (const { x, y, width } of darkRuns(modules)) {
    document.rect(code.x + x * side, code.y + y * side, width * side, side);
  }
  document.fill("#000000");
}

function drawFoot(
  document: Document,
  { notice: { plan, version, hash }, fonts }: Drawn,
  page: number,
  pages: number,
): void {
  const [size, y] = [10, paper.height - paper.margin - 8];
  const style = { y, size, font: "sans", isBold: false } as const;
  const left = `计划 ${plan} 第 ${version} 版 · 清单哈希 ${hash.slice(0, 8)} ${hash.slice(8, 16)}…`;
  const right = `第 ${page} 页，共 ${pages} 页`;
  put(document, { ...style, text: left, x: paper.margin });
  const width = fonts.sans.widthOf(right) * size;
  put(document, { ...style, text: right, x: paper.width - paper.margin - width });
}
