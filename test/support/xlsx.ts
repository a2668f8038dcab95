import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { buffer } from "node:stream/consumers";
import type { Entry } from "yauzl";
import { open } from "yauzl";
import { ZipFile } from "yazl";

/** A part's text, or what produces it piece by piece so that a large one takes no memory. */
export type Part = string | Buffer | (() => Iterable<string>);

/** What a workbook is made of, beside its one sheet; each part can be given whole. */
export interface Workbook {
  /** The rows of the first sheet: `<row …>…</row>`. */
  readonly rows: Part;
  /** The items of the shared strings: `<si>…</si>`. */
  readonly strings?: Part;
  /** Custom number formats by id, from 164; and the format id of each cell style. */
  readonly formats?: Readonly<Record<number, string>>;
  readonly cellFormats?: readonly number[];
  readonly date1904?: boolean;
  /** Parts that replace or join the usual ones. */
  readonly parts?: Readonly<Record<string, Part>>;
}

const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packaging = "http://schemas.openxmlformats.org/package/2006/relationships";

/** A text as XML content. */
export function xmlText(text: string): string {
  const escaped = text.replace(/_x(?=[0-9A-Fa-f]{4}_)/g, "_x005F_x");
  return escaped.replace(/[&<>\r]/g, (found) => `&#${String(found.charCodeAt(0))};`);
}

/** A row of texts as inline strings; an empty text is no cell. */
export function inlineRow(row: number, cells: readonly string[]): string {
  const xml = cells.map((cell, column) =>
    cell === ""
      ? ""
      : `<c r="${columnName(column)}${String(row)}" t="inlineStr">` +
        `<is><t xml:space="preserve">${xmlText(cell)}</t></is></c>`,
  );
  return `<row r="${String(row)}">${xml.join("")}</row>`;
}

/** `A` for 0, `AA` for 26. */
export function columnName(column: number): string {
  const rest = Math.floor(column / 26);
  const letter = String.fromCharCode(65 + (column % 26));
  return rest === 0 ? letter : columnName(rest - 1) + letter;
}

/** The parts a workbook has unless it is given others. */
export function workbookParts(workbook: Workbook): Record<string, Part> {
  const related = (kind: string, target: string): string =>
    `<Relationship Id="${kind}1" Type="${office}/${kind}" Target="${target}"/>`;
  const relations = (...items: readonly string[]): string =>
    `<Relationships xmlns="${packaging}">${items.join("")}</Relationships>`;
  const quoted = (code: string): string => xmlText(code).replaceAll('"', "&quot;");
  const formats = Object.entries(workbook.formats ?? {}).map(
    ([id, code]) => `<numFmt numFmtId="${id}" formatCode="${quoted(code)}"/>`,
  );
  const styles = (workbook.cellFormats ?? [0]).map((id) => `<xf numFmtId="${String(id)}"/>`);
  const date1904 = workbook.date1904 === true ? `<workbookPr date1904="1"/>` : "";
  return {
    "_rels/.rels": relations(related("officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml":
      `<workbook xmlns="${main}" xmlns:r="${office}">${date1904}` +
      `<sheets><sheet name="表" sheetId="1" r:id="worksheet1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations(
      related("worksheet", "worksheets/sheet1.xml"),
      related("styles", "styles.xml"),
      ...(workbook.strings === undefined ? [] : [related("sharedStrings", "sharedStrings.xml")]),
    ),
    "xl/styles.xml":
      `<styleSheet xmlns="${main}"><numFmts>${formats.join("")}</numFmts>` +
      `<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
      `<cellXfs>${styles.join("")}</cellXfs></styleSheet>`,
    "xl/worksheets/sheet1.xml": wrapped(
      `<worksheet xmlns="${main}"><sheetData>`,
      workbook.rows,
      "</sheetData></worksheet>",
    ),
    ...(workbook.strings !== undefined && {
      "xl/sharedStrings.xml": wrapped(`<sst xmlns="${main}">`, workbook.strings, "</sst>"),
    }),
    ...workbook.parts,
  };
}

function wrapped(head: string, part: Part, tail: string): Part {
  return function* () {
    yield `<?xml version="1.0" encoding="UTF-8"?>${head}`;
    if (typeof part === "function") yield* part();
    else yield part.toString();
    yield tail;
  };
}

/** A stream is slow with small pieces. */
function* joined(pieces: Iterable<string>): Generator<string> {
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < 1 << 16) continue;
    yield text;
    text = "";
  }
  yield text;
}

/** Writes parts as a deflated zip, in flat memory. */
export async function writeParts(
  path: string,
  parts: Record<string, Part>,
  compressionLevel = 1,
): Promise<void> {
  const zip = new ZipFile();
  for (const [name, part] of Object.entries(parts)) {
    zip.addReadStreamLazy(name, { compressionLevel }, (callback) => {
      const pieces = typeof part === "function" ? joined(part()) : [part];
      callback(null, Readable.from(pieces, { objectMode: false, highWaterMark: 1 << 16 }));
    });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

/** Writes a workbook of one sheet. */
export async function writeWorkbook(path: string, workbook: Workbook): Promise<void> {
  await writeParts(path, workbookParts(workbook));
}

/** The text of a part of a workbook. */
export function partOf(path: string, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true }, (error, zip) => {
      if (error !== null) {
        reject(error);
        return;
      }
      zip.once("error", reject);
      zip.once("end", () => reject(new Error(`there is no ${name}`)));
      zip.on("entry", (entry: Entry) => {
        if (entry.fileName !== name) {
          zip.readEntry();
          return;
        }
        zip.openReadStream(entry, (failed, stream) => {
          if (failed !== null) reject(failed);
          else buffer(stream).then((bytes) => resolve(bytes.toString()), reject);
        });
      });
      zip.readEntry();
    });
  });
}
