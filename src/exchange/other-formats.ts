import type { FileHandle } from "node:fs/promises";
import { TableError } from "./text-encoding.ts";

const headBytes = 4096;
const save = "open it in a spreadsheet and save it as .xlsx or CSV";

/** What begins a file that is no table, and what such a file is. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/^<\?xml[^]*<([a-z]+:)?workbook\b/i, `a workbook in XML; ${save}`],
  [/^<(!doctype\s+html|html|head|meta|body|table|style|script|div)\b/i, `a web page; ${save}`],
  [/^(<\?xml|<!--|<[a-z][\w:.-]*[\s/>])/i, `XML or a web page; ${save}`],
  [/^MIME-Version:/i, `a web page in one file (.mht); ${save}`],
  [/^\{\\rtf/, "a text document (RTF); make a table of it and save that as .xlsx or CSV"],
  [/^%PDF-/, "a PDF; ask for the table it was made from as .xlsx or CSV"],
  [/^ID;P[A-Z]*;/, `a sheet in the old SYLK format; ${save}`],
  [/^SQLite format 3/, "a database; export the table as CSV"],
];

/** Old formats by their first bytes, in hex. */
const bytes: readonly (readonly [RegExp, string])[] = [
  [/^09(00|02|04|08)[01][0-9a-f]00/, `a workbook in the old .xls format; ${save}`],
  [/^1f8b|^377abcaf|^526172211a/, "packed (gz, 7z, rar); unpack it"],
  [/^(ffd8ff|89504e47|47494638)/, "a picture; type the table and save it as .xlsx or CSV"],
];

/**
 * Throws `TableError` for a file that is no text in rows and columns but something else that
 * bureaus call a table; it says what it is and how to save it.
 */
export async function refuseOtherFormats(file: FileHandle): Promise<void> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  const head = buffer.subarray(0, bytesRead);
  if (head.toString("hex", 0, 8) === "d0cf11e0a1b11ae1") throw refusal(await compound(file, head));
  const hex = head.toString("hex", 0, 16);
  // Whatever the encoding, what is looked for is ASCII.
  const text = head.toString(/^(fffe|feff)/.test(hex) ? "utf16le" : "latin1").replace(leading, "");
  for (const [begins, what] of bytes) if (begins.test(hex)) throw refusal(what);
  for (const [begins, what] of texts) if (begins.test(text)) throw refusal(what);
}

const leading = /^(\u00ef\u00bb\u00bf|\ufeff)?\s*/;

function refusal(what: string): TableError {
  return new TableError("FileMalformed", `the file is ${what}`);
}

/** A file of the old Office is a small file system; the names in its directory tell what it is. */
async function compound(file: FileHandle, head: Buffer): Promise<string> {
  const either = `a workbook in the old .xls format or protected with a password; ${save}`;
  if (head.length < 512) return either;
  const sectorBytes = 2 ** Math.min(head.readUInt16LE(30), 12);
  const start = (head.readUInt32LE(48) + 1) * sectorBytes;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, start);
  const names = buffer.subarray(0, bytesRead).toString("utf16le");
  if (names.includes("EncryptedPackage")) {
    return "a workbook protected with a password; save it without one";
  }
  if (names.includes("WordDocument")) return "a text document (.doc); save its table as .xlsx";
  return /Workbook|Book/.test(names) ? `a workbook in the old .xls format; ${save}` : either;
}
