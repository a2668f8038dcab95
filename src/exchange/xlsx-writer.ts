import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packaging = "http://schemas.openxmlformats.org/package/2006";
const types = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** A sheet of texts, written row by row and packed when all are there. */
export interface TextSheet {
  /**
   * The next row, whose first is the head. Each text stands in a cell of the format Text, so that a
   * spreadsheet makes no number of it, but for amounts.
   */
  row(texts: readonly string[]): string;
  /** Packs a file with the rows into a workbook of its own, of mode 600. */
  pack(rows: string, workbook: string): Promise<void>;
}

/** In characters of half width, as spreadsheets count; what is longer is cut in view. */
const widthMin = 10;
const widthMax = 80;
/** A number of a spreadsheet has so many digits. */
const digitsMax = 15;

/**
 * A sheet of the name `sheetName`, which goes into XML as it is; columns, from 0, that hold amounts
 * are numbers there, where a spreadsheet's can hold them. The head stays in view, columns are as
 * wide as what they hold, and on paper all of them stand on one page.
 */
export function textSheet(sheetName = "拒绝", amounts: ReadonlySet<number> = new Set()): TextSheet {
  const widths: number[] = [];
  let row = 0;
  return {
    row(texts) {
      row += 1;
      for (const [column, text] of texts.entries()) {
        // In view an amount has commas between thousands.
        const commas = amounts.has(column) ? Math.floor(text.length / 3) : 0;
        widths[column] = Math.max(widths[column] ?? widthMin, widthOf(text) + commas);
      }
      const cells = texts.map((text, column) =>
        cellXml(`${columnName(column)}${row}`, text, {
          isHead: row === 1,
          isAmount: row > 1 && amounts.has(column),
        }),
      );
      return `<row r="${row}">${cells.join("")}</row>`;
    },
    async pack(rows, workbook) {
      const zip = new ZipFile();
      for (const [name, text] of Object.entries(partsOf(sheetName))) {
        zip.addBuffer(Buffer.from(declaration + text), name);
      }
      const sheet = Readable.from(sheetBytes(rows, widths));
      zip.addReadStream(sheet, "xl/worksheets/sheet1.xml");
      zip.end();
      const out = createWriteStream(workbook, { flags: "wx", mode: 0o600, flush: true });
      const failed = new Promise<never>((_, reject) => {
        zip.once("error", reject);
        sheet.once("error", reject);
      });
      await Promise.race([pipeline(zip.outputStream, out), failed]);
    },
  };
}

async function* sheetBytes(rows: string, widths: readonly number[]): AsyncGenerator<Buffer> {
  const cols = widths.map((width, at) => {
    const wide = Math.min(width, widthMax) + 3;
    return `<col min="${at + 1}" max="${at + 1}" width="${wide}" style="1" customWidth="1"/>`;
  });
  yield Buffer.from(
    `${declaration}<worksheet xmlns="${main}">` +
      '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">' +
      '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>' +
      `</sheetViews>${cols.length === 0 ? "" : `<cols>${cols.join("")}</cols>`}<sheetData>`,
  );
  yield* createReadStream(rows) as AsyncIterable<Buffer>;
  // A number that stands as text is meant to.
  yield Buffer.from(
    '</sheetData><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" ' +
      'footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>' +
      '<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/>' +
      "</ignoredErrors></worksheet>",
  );
}

interface CellStyle {
  readonly isHead: boolean;
  readonly isAmount: boolean;
}

function cellXml(at: string, text: string, { isHead, isAmount }: CellStyle): string {
  if (text === "") return "";
  if (isAmount && text.replace(/\D/g, "").length <= digitsMax) {
    return `<c r="${at}" s="3"><v>${text}</v></c>`;
  }
  const style = isHead ? 2 : 1;
  return (
    `<c r="${at}" s="${style}" t="inlineStr">` +
    `<is><t xml:space="preserve">${xmlText(text)}</t></is></c>`
  );
}

/** How wide a text is: a character of East Asia counts for two, a line for itself. */
function widthOf(text: string): number {
  let [widest, width] = [0, 0];
  for (const character of text.slice(0, lengthMax)) {
    width = character === "\n" ? 0 : width + (/[\u1100-\uffff]/.test(character) ? 2 : 1);
    widest = Math.max(widest, width);
  }
  return widest;
}

/** More of a text makes no column wider. */
const lengthMax = 400;

const partsOf = (sheetName: string): Readonly<Record<string, string>> => ({
  "[Content_Types].xml":
    `<Types xmlns="${packaging}/content-types">` +
    '<Default Extension="rels" ' +
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    `<Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/>` +
    '<Override PartName="/xl/worksheets/sheet1.xml" ' +
    `ContentType="${types}.worksheet+xml"/></Types>`,
  "_rels/.rels":
    `<Relationships xmlns="${packaging}/relationships"><Relationship Id="rId1" ` +
    `Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  "xl/workbook.xml":
    `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>` +
    `<sheet name="${sheetName}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  "xl/_rels/workbook.xml.rels":
    `<Relationships xmlns="${packaging}/relationships">` +
    `<Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/>` +
    `<Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
  // Format 49 is Text, 4 an amount: 1,234.50.
  "xl/styles.xml":
    `<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/></font>` +
    '<font><b/><sz val="11"/></font></fonts>' +
    '<fills count="2"><fill><patternFill patternType="none"/></fill>' +
    '<fill><patternFill patternType="gray125"/></fill></fills>' +
    '<borders count="1"><border/></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" ' +
    'applyFont="1"/>' +
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" ' +
    'applyAlignment="1"><alignment horizontal="right" indent="1"/></xf>' +
    "</cellXfs></styleSheet>",
});

/** `A` for 0, `AA` for 26. */
function columnName(column: number): string {
  const rest = Math.floor(column / 26);
  const letter = String.fromCharCode(65 + (column % 26));
  return rest === 0 ? letter : columnName(rest - 1) + letter;
}

/** What XML cannot hold. */
// eslint-disable-next-line no-control-regex -- those are what it cannot hold
const unwritable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]/gu;

function xmlText(text: string): string {
  return text
    .replace(/_x(?=[0-9A-Fa-f]{4}_)/g, "_x005F_x")
    .replace(unwritable, (found) => escaped(found))
    .replace(/[&<>\r]/g, (found) => `&#${found.charCodeAt(0)};`);
}

function escaped(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`;
}
