import zlib from "node:zlib";
import { SaxesParser } from "saxes";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { TableError } from "./text-encoding.ts";

const partsMax = 10_000;
const partBytesMax = 4 * 1024 ** 3;
/** Deflate reaches 1032; sheets of one repeated row stay under 100. */
const inflationMax = 250;
const inflationJudgedFromBytes = 64 * 1024 ** 2;
const xmlChunkBytes = 128 * 1024;
const xmlCharactersBetweenTagsMax = 8 * 1024 ** 2;
const xmlDepthMax = 256;

/** Absent before Node 20.15. */
const { crc32 } = zlib as Partial<typeof zlib>;

/** The error for a workbook that cannot be read, or cannot be read beyond a row. */
export function malformed(message: string, row?: number): TableError {
  return new TableError("FileMalformed", row ? `row ${String(row)}: ${message}` : message, row);
}

/** The parts of a workbook, which is a ZIP file. */
export interface Package {
  readonly zip: ZipFile;
  /** By lower-case name: part names differ by more than case. */
  readonly parts: ReadonlyMap<string, Entry>;
}

/** Receives the elements of a part by local name, whatever prefix the namespace has. */
export interface XmlHandler {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  text(text: string): void;
}

/** Opens a workbook and reads its list of parts; throws `TableError` where it is damaged. */
export async function openPackage(path: string): Promise<Package> {
  const zip = await yauzl.openPromise(path, { autoClose: false }).catch(() => {
    throw malformed("the workbook is damaged; its list of parts cannot be read");
  });
  const parts = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.toLowerCase();
      if (!parts.has(name)) parts.set(name, entry);
      if (parts.size > partsMax) throw malformed("the workbook has too many parts");
    }
  } catch (error) {
    zip.close();
    throw error instanceof TableError ? error : malformed("the workbook is damaged");
  }
  return { zip, parts };
}

/**
 * Reads a part piece by piece and yields how many bytes, unpacked, it has read so far; the caller
 * decides when to go on, so memory stays flat.
 */
export async function* readXml(
  { zip }: Package,
  part: Entry,
  handler: XmlHandler,
): AsyncGenerator<number> {
  if (part.isEncrypted()) throw malformed("the workbook is protected with a password");
  const inflation = part.uncompressedSize / Math.max(part.compressedSize, 1);
  const bomb = part.uncompressedSize > inflationJudgedFromBytes && inflation > inflationMax;
  if (bomb || part.uncompressedSize > partBytesMax) {
    throw malformed("the workbook unpacks to more than a workbook of a million rows would");
  }
  const feed = xmlFeed(handler);
  try {
    const stream = await zip.openReadStreamPromise(part);
    let waiting: Buffer[] = [];
    let size = 0;
    let read = 0;
    let sum = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      read += chunk.length;
      if (crc32 !== undefined) sum = crc32(chunk, sum);
      size += chunk.length;
      waiting.push(chunk);
      if (size < xmlChunkBytes) continue;
      feed(Buffer.concat(waiting));
      waiting = [];
      size = 0;
      yield read;
    }
    feed(Buffer.concat(waiting));
    feed(undefined);
    if (crc32 !== undefined && sum !== part.crc32) throw malformed("the workbook is damaged");
    yield read;
  } catch (error) {
    // Neither zlib nor saxes throws a TableError, and saxes repeats what it read.
    throw error instanceof TableError ? error : malformed("the workbook is damaged");
  }
}

function xmlFeed(handler: XmlHandler): (bytes: Buffer | undefined) => void {
  const parser = new SaxesParser({ position: false, xmlns: false });
  let decoder: TextDecoder | undefined;
  let sinceTag = 0;
  let depth = 0;
  parser.on("opentag", ({ name, attributes }) => {
    sinceTag = 0;
    if (++depth > xmlDepthMax) throw malformed("the workbook is damaged");
    handler.open(localName(name), attributes);
  });
  parser.on("closetag", ({ name }) => {
    depth--;
    handler.close(localName(name));
  });
  const text = (piece: string): void => {
    handler.text(piece);
  };
  parser.on("text", text);
  parser.on("cdata", text);
  parser.on("doctype", () => {
    throw malformed("the workbook is damaged");
  });
  return (bytes) => {
    decoder ??= new TextDecoder(xmlEncoding(bytes), { fatal: true });
    const piece = decoder.decode(bytes, { stream: bytes !== undefined });
    sinceTag += piece.length;
    parser.write(piece);
    if (sinceTag > xmlCharactersBetweenTagsMax) throw malformed("a cell is too long");
    if (bytes === undefined) parser.close();
  };
}

function xmlEncoding(bytes: Buffer | undefined): string {
  const head = bytes?.toString("hex", 0, 2);
  if (head === "fffe") return "utf-16le";
  return head === "feff" ? "utf-16be" : "utf-8";
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}

/** Reads a whole part; `open` gets each element and the name of its parent. */
export async function readElements(
  pack: Package,
  part: Entry,
  open: (name: string, attributes: Readonly<Record<string, string>>, parent: string) => void,
): Promise<void> {
  const path: string[] = [];
  const handler: XmlHandler = {
    open(name, attributes) {
      open(name, attributes, path.at(-1) ?? "");
      path.push(name);
    },
    close: () => void path.pop(),
    text: () => undefined,
  };
  const reading = readXml(pack, part, handler);
  while ((await reading.next()).done !== true);
}
