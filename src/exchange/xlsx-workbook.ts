import { posix } from "node:path";
import type { Entry } from "yauzl";
import type { RowSource } from "./table.ts";
import type { Package } from "./xlsx-package.ts";
import { malformed, openPackage, readElements } from "./xlsx-package.ts";
import { sheetRows } from "./xlsx-sheet.ts";
import { SharedStrings } from "./xlsx-strings.ts";
import { isBuiltInDateFormat, isDateFormat } from "./xlsx-values.ts";

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
  await readElements(pack, workbook, (name, attributes, parent) => {
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
  await readElements(pack, styles, (name, attributes, parent) => {
    const id = Number(attributes["numFmtId"] ?? 0);
    if (name === "numFmt") custom.set(id, isDateFormat(attributes["formatCode"] ?? ""));
    if (name === "xf" && parent === "cellXfs") formats.push(id);
  });
  return formats.map((id) => custom.get(id) ?? isBuiltInDateFormat(id));
}
