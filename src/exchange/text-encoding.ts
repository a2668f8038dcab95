import type { FileHandle } from "node:fs/promises";
import iconv from "iconv-lite";

/** How the text of a file is written as bytes; `utf-8-bom` begins with the mark Excel wants. */
export type TextEncoding = "utf-8" | "utf-8-bom" | "gb18030";

/** A whole file that cannot be read as a table; the message is for a clerk and repeats no cell. */
export class TableError extends Error {
  readonly code: "FileUnreadable" | "FileMalformed";
  /** The row at which reading stopped, as a spreadsheet counts, where there is one. */
  readonly row?: number;
  /** The sheets of a workbook, once one of them was to be read. */
  sheets?: { readonly read: string; readonly notRead: readonly string[] } | undefined;

  constructor(code: TableError["code"], message: string, row?: number) {
    super(message);
    this.name = "TableError";
    this.code = code;
    if (row !== undefined) this.row = row;
  }
}

/** As much of a file as is read at once. */
export const chunkBytes = 256 * 1024;
const marks = {
  "utf-8-bom": Buffer.from([0xef, 0xbb, 0xbf]),
  gb18030: Buffer.from([0x84, 0x31, 0x95, 0x33]),
};

/** `EACCES` and the like of a failed system call, for a message. */
export function systemCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown fault";
}

/** The bytes of a file from `start`; each chunk is the receiver's to keep. */
export async function* readBytes(file: FileHandle, start: number): AsyncGenerator<Buffer> {
  for (let position = start; ; ) {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, position).catch(unreadable);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function unreadable(error: unknown): never {
  throw new TableError("FileUnreadable", `the file cannot be read (${systemCode(error)})`);
}

/** What the whole of a text file shows. */
export interface TextFile {
  readonly encoding: TextEncoding;
  /** Where the text begins, after a byte order mark. */
  readonly start: number;
  /** Whether `="` stands anywhere, which may begin a guarded cell. */
  readonly mayHaveGuards: boolean;
}

/**
 * Reads the whole file once, in flat memory: what is valid UTF-8 is UTF-8, what is not but is
 * valid GB18030 is that.
 */
export async function detectEncoding(file: FileHandle): Promise<TextFile> {
  const { buffer: head } = await file.read(Buffer.alloc(4), 0, 4, 0).catch(unreadable);
  if (/^(fffe|feff)/.test(head.toString("hex"))) {
    throw new TableError(
      "FileMalformed",
      "the file is UTF-16 (Excel calls it Unicode Text); save it as CSV UTF-8",
    );
  }
  const marked = head.subarray(0, 3).equals(marks["utf-8-bom"]);
  const utf8 = await scan(file, "utf-8");
  if (utf8 !== undefined) {
    return marked
      ? { encoding: "utf-8-bom", start: 3, ...utf8 }
      : { encoding: "utf-8", start: 0, ...utf8 };
  }
  const gb18030 = marked ? undefined : await scan(file, "gb18030");
  if (gb18030 !== undefined) {
    return { encoding: "gb18030", start: head.equals(marks.gb18030) ? 4 : 0, ...gb18030 };
  }
  throw new TableError("FileMalformed", "the file is text neither in UTF-8 nor in GB18030");
}

/** Reads all of a file; undefined where it is not in this encoding. */
async function scan(
  file: FileHandle,
  label: "utf-8" | "gb18030",
): Promise<Pick<TextFile, "mayHaveGuards"> | undefined> {
  const decoder = new TextDecoder(label, { fatal: true });
  let mayHaveGuards = false;
  let last: number | undefined;
  for await (const chunk of readBytes(file, 0)) {
    if (chunk.includes(0)) {
      throw new TableError("FileMalformed", "the file is neither a text file nor a workbook");
    }
    if (!decodes(decoder, chunk)) return undefined;
    const isCut = last === 0x3d && chunk[0] === 0x22;
    mayHaveGuards ||= isCut || chunk.includes('="');
    last = chunk.at(-1);
  }
  return decodes(decoder, undefined) ? { mayHaveGuards } : undefined;
}

function decodes(decoder: TextDecoder, chunk: Buffer | undefined): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch {
    return false;
  }
}

/** A decoder of chunks into UTF-8 bytes; `undefined` ends the text. */
export function toUtf8(encoding: TextEncoding): (chunk: Buffer | undefined) => Buffer {
  if (encoding !== "gb18030") return (chunk) => chunk ?? Buffer.alloc(0);
  const decoder = new TextDecoder("gb18030");
  return (chunk) => Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined }));
}

/** The bytes of a text; a byte order mark is written apart, once, with `byteOrderMark`. */
export function encodeText(text: string, encoding: TextEncoding): Buffer {
  return encoding === "gb18030" ? iconv.encode(text, "gb18030") : Buffer.from(text, "utf8");
}

/** What a file in this encoding begins with. */
export function byteOrderMark(encoding: TextEncoding): Buffer {
  return encoding === "utf-8-bom" ? marks["utf-8-bom"] : Buffer.alloc(0);
}
