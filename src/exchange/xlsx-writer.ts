import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packaging = "http://schemas.openxmlformats.org/package/2006";
const types = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** What a sheet of texts begins with; its first row stays in view. */
export const sheetHead =
  `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">` +
  '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>' +
  '</sheetViews><cols><col min="1" max="16384" width="18" style="1" customWidth="1"/></cols>' +
  "<sheetData>";

/** What it ends with. */
export const sheetTail = "</sheetData></worksheet>";

/** A row of texts, each in a cell of the format Text: a spreadsheet makes no number of it. */
export function sheetRow(row: number, texts: readonly string[]): string {
  const cells = texts.map((text, column) =>
    text === ""
      ? ""
      : `<c r="${columnName(column)}${row}" s="1" t="inlineStr">` +
        `<is><t xml:space="preserve">${xmlText(text)}</t></is></c>`,
  );
  return `<row r="${row}">${cells.join("")}</row>`;
}

/**
 * Packs a sheet, made of the texts above, into a workbook of its own, of mode 600. `sheetName` goes
 * into XML as it is.
 */
export async function writeTextWorkbook(
  sheet: string,
  workbook: string,
  sheetName = "拒绝",
): Promise<void> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(partsOf(sheetName))) {
    zip.addBuffer(Buffer.from(declaration + text), name);
  }
  zip.addFile(sheet, "xl/worksheets/sheet1.xml");
  zip.end();
  const out = createWriteStream(workbook, { flags: "wx", mode: 0o600, flush: true });
  const failed = new Promise<never>((_, reject) => zip.once("error", reject));
  await Promise.race([pipeline(zip.outputStream, out), failed]);
}

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
  // Format 49 is Text.
  "xl/styles.xml":
    `<styleSheet xmlns="${main}"><fonts count="1"><font><sz val="11"/></font></fonts>` +
    '<fills count="2"><fill><patternFill patternType="none"/></fill>' +
    '<fill><patternFill patternType="gray125"/></fill></fills>' +
    '<borders count="1"><border/></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
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
