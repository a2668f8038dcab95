import { open, type FileHandle } from "node:fs/promises";
import { isTooManyFiles } from "../exchange/no-room.ts";
import { readBytes, systemCode, TableError } from "../exchange/text-encoding.ts";
import { fileBytesMax } from "./bank-limits.ts";
import { NotABankFile } from "./not-a-bank-file.ts";

/** Formats that are packed or no text, by their first bytes in hex. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^504b0(304|506|708)/, "packed (zip) or a workbook"],
  [/^1f8b|^377abcaf|^526172211a|^425a68/, "packed (gz, 7z, rar, bz2): unpack it"],
  [/^d0cf11e0a1b11ae1/, "a workbook or document of the old Office"],
  [/^25504446/, "a PDF"],
  [/^(ffd8ff|89504e47|47494638)/, "a picture"],
];

/**
 * The bytes of a file. Throws `NotABankFile` where it cannot be opened or read, is larger than
 * `fileBytesMax`, or begins like a format that no bank's file of text has.
 */
export async function* fileBytes(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, "r").catch((error: unknown) => {
    // An outage of this process, which says nothing of the file.
    if (isTooManyFiles(error)) throw error;
    throw new NotABankFile("FileUnreadable", `the file cannot be opened (${systemCode(error)})`);
  });
  try {
    await checkFile(file);
    let isFirst = true;
    for await (const chunk of readBytes(file, 0)) {
      if (isFirst) refuseOthers(chunk);
      isFirst = false;
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    throw new NotABankFile("FileUnreadable", error.message);
  } finally {
    await file.close();
  }
}

async function checkFile(file: FileHandle): Promise<void> {
  const found = await file.stat();
  if (!found.isFile()) throw new NotABankFile("FileUnreadable", "this is not a file");
  if (found.size > fileBytesMax) {
    throw new NotABankFile("TooLong", `the file is larger than ${fileBytesMax / 1024 ** 3} GiB`);
  }
}

function refuseOthers(chunk: Buffer): void {
  const head = chunk.toString("hex", 0, 8);
  for (const [begins, what] of others) {
    if (begins.test(head)) throw new NotABankFile("NotXml", `the file is ${what}`);
  }
}
