import { posix } from "node:path";
import type { Entry } from "yauzl";
import type { RowSource, Sheets } from "./table.ts";
import { columnsMax } from "./table.ts";
import type { Package } from "./xlsx-package.ts";
import { malformed, openPackage, readElements } from "./xlsx-package.ts";
import { sheetRows } from "./xlsx-sheet.ts";
import { SharedStrings } from "./xlsx-strings.ts";
import { isBuiltInDateFormat, isDateFormat } from "./xlsx-values.ts";

/**
 * A sheet of a workbook by its name, or the first visible one, in flat memory however many strings
 * it shares.
 */
export async function openXlsx(path: string, named: string | undefined): Promise<RowSource> {
  const pack = await openPackage(path);
  let strings: SharedStrings | undefined;
  let closed = false;
  const close = async (): Promise<void> => {
    await strings?.release();
    if (!closed) pack.zip.close();
    closed = true;
  };
  try {
    const workbook = await readWorkbook(pack);
    const { sharedStrings, styles, date1904 } = workbook;
    const { part: sheet, sheets } = chosen(workbook.worksheets, named);
    const isDate = styles === undefined ? [] : await readDateStyles(pack, styles);
    strings = new SharedStrings(pack, sharedStrings);
    const table = strings;
    const parts = sharedStrings === undefined ? [sheet] : [sheet, sharedStrings];
    const inflated = parts.reduce((sum, part) => sum + part.uncompressedSize, 0);
    const bytes = parts.reduce((sum, part) => sum + part.compressedSize, 0);
    const progress = { read: 0, width: columnsMax };
    const bytesRead = (): number =>
      Math.round((bytes * (progress.read + table.bytesRead)) / Math.max(inflated, 1));
    const rows = () => sheetRows(pack, sheet, table, { isDate, date1904 }, progress);
    const narrowTo = (width: number): void => {
      progress.width = width;
    };
    return {
      format: "xlsx",
      encoding: "utf-8-bom",
      sheets,
      bytes,
      bytesRead,
      rows,
      narrowTo,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
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
  await readElements(pack, part, (name, { Id: id, Type: type, Target: target }) => {
    if (name !== "Relationship" || !id || !type || !target) return;
    const path = posix.resolve("/", dir, target).slice(1).toLowerCase();
    const kind = type.slice(type.lastIndexOf("/") + 1);
    relations.push({ id, kind, part: pack.parts.get(path) });
  });
  return relations;
}

/** A sheet of cells; others, such as charts, are none. */
interface Worksheet {
  readonly name: string;
  readonly isVisible: boolean;
  readonly part: Entry | undefined;
}

interface Workbook {
  readonly worksheets: readonly Worksheet[];
  readonly sharedStrings: Entry | undefined;
  readonly styles: Entry | undefined;
  readonly date1904: boolean;
}

async function readWorkbook(pack: Package): Promise<Workbook> {
  const roots = await readRelations(pack, "");
  const workbook = roots.find(({ kind }) => kind === "officeDocument")?.part;
  if (workbook === undefined || !/\.xml$/i.test(workbook.fileName)) throw noWorkbook(pack);
  const relations = await readRelations(pack, workbook.fileName);
  const part = (kind: string) => relations.find((relation) => relation.kind === kind)?.part;
  const worksheets: Worksheet[] = [];
  let date1904 = false;
  await readElements(pack, workbook, (name, attributes, parent) => {
    if (name === "workbookPr") date1904 = /^(1|true)$/.test(attributes["date1904"] ?? "");
    if (name !== "sheet" || parent !== "sheets") return;
    const key = Object.keys(attributes).find((attribute) => attribute.endsWith(":id"));
    const id = attributes[key ?? ""];
    const sheet = relations.find((one) => one.kind === "worksheet" && one.id === id);
    if (sheet === undefined) return;
    const isVisible = (attributes["state"] ?? "visible") === "visible";
    worksheets.push({ name: attributes["name"] ?? "", isVisible, part: sheet.part });
  });
  return { worksheets, sharedStrings: part("sharedStrings"), styles: part("styles"), date1904 };
}

function noWorkbook({ parts }: Package): Error {
  const has = (name: string): boolean => parts.has(name);
  const save = "open it in a spreadsheet and save it as .xlsx";
  if (has("xl/workbook.bin")) return malformed(`the file is a binary workbook (.xlsb); ${save}`);
  if (has("content.xml")) return malformed(`the file is an OpenDocument file (.ods); ${save}`);
  if (has("word/document.xml")) {
    return malformed("the file is a text document (.docx); save its table as .xlsx");
  }
  return malformed("the file is not an .xlsx workbook; if it is packed (zip), unpack it");
}

function chosen(
  worksheets: readonly Worksheet[],
  named: string | undefined,
): { readonly part: Entry; readonly sheets: Sheets } {
  if (worksheets.length === 0) throw malformed("the workbook has no sheet of cells");
  const isWanted = ({ name, isVisible }: Worksheet): boolean =>
    named === undefined ? isVisible : name.trim() === named.trim();
  const sheet = worksheets.find(isWanted);
  if (sheet === undefined) {
    throw malformed(
      named === undefined
        ? "the workbook has no visible sheet of cells"
        : `the workbook has no sheet of that name; it has ${namesOf(worksheets).join(", ")}`,
    );
  }
  if (sheet.part === undefined) throw malformed("the workbook is damaged; its sheet is not there");
  const others = worksheets.filter((one) => one !== sheet);
  return { part: sheet.part, sheets: { read: sheet.name, notRead: namesOf(others) } };
}

function namesOf(worksheets: readonly Worksheet[]): string[] {
  return worksheets.map(({ name }) => name);
}

/** For each cell style whether it shows a number as a date. */
async function readDateStyles(pack: Package, styles: Entry): Promise<readonly boolean[]> {
  const custom = new Map<number, boolean>();
  const formats: number[] = [];
  await readElements(pack, styles, (name, attributes, parent) => {
    const id = Number(attributes["numFmtId"] ?? 0);
    if (name === "numFmt") custom.set(id, isDateFormat(attributes["formatCode"] ?? ""));
    if (name === "xf" && parent === "cellXfs") formats.push(id);
  });
  return formats.map((id) => custom.get(id) ?? isBuiltInDateFormat(id));
}
