import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "yauzl";
import { isNoRoom, isTooManyFiles, NoRoom } from "./no-room.ts";
import { systemCode, TableError } from "./text-encoding.ts";
import type { Package, XmlHandler } from "./xlsx-package.ts";
import { malformed, readXml } from "./xlsx-package.ts";
import { cellCharactersMax, unescapeText } from "./xlsx-values.ts";

const blockStrings = 64;
const blocksCachedMax = 2048;
/** Unpacked since the cache was last emptied. */
const unpackedBytesMax = 32 * 1024 ** 2;
const memoryBytesMax = 64 * 1024 ** 2;

/**
 * The table of strings that cells refer to by number: read only as far as cells ask, packed in
 * blocks, the first 64 MB in memory and the rest in a temporary file that has no name.
 */
export class SharedStrings implements XmlHandler {
  /** How many are read so far. */
  count = 0;
  /** Bytes of the part, unpacked. */
  bytesRead = 0;
  readonly #reading: AsyncGenerator<number> | undefined;
  readonly #blockEnds: number[] = [];
  readonly #cached = new Array<readonly string[]>(blocksCachedMax);
  readonly #cachedBlock = new Int32Array(blocksCachedMax).fill(-1);
  #unpackedBytes = 0;
  #block: string[] = [];
  #memory: Buffer | undefined;
  #used = 0;
  #spill: { readonly file: number; readonly start: number } | undefined;
  #pieces: string[] = [];
  #length = 0;
  #inPhonetic = false;
  #collects = false;

  constructor(pack: Package, part: Entry | undefined) {
    if (part !== undefined) this.#reading = readXml(pack, part, this);
  }

  /** Reads on until the string of this number is there, or there is no more. */
  async readTo(number: number): Promise<void> {
    while (number >= this.count && this.#reading !== undefined) {
      const next = await this.#reading.next();
      if (next.done === true) return;
      this.bytesRead = next.value;
    }
  }

  /** Undefined for a number that is not read, or never will be. */
  get(number: number): string | undefined {
    if (!(number >= 0 && number < this.count)) return undefined;
    const block = Math.floor(number / blockStrings);
    if (block === this.#blockEnds.length) return this.#block[number % blockStrings];
    const slot = block % blocksCachedMax;
    if (this.#cachedBlock[slot] !== block) {
      if (this.#unpackedBytes > unpackedBytesMax) this.#forget();
      this.#cached[slot] = this.#unpack(block);
      this.#cachedBlock[slot] = block;
    }
    return this.#cached[slot]?.[number % blockStrings];
  }

  #forget(): void {
    this.#cached.fill([]);
    this.#cachedBlock.fill(-1);
    this.#unpackedBytes = 0;
  }

  /** Stops reading and gives the temporary file back. */
  async release(): Promise<void> {
    await this.#reading?.return(undefined);
    if (this.#spill !== undefined) closeSync(this.#spill.file);
    this.#spill = undefined;
  }

  close(name: string): void {
    switch (name) {
      case "t":
        this.#collects = false;
        break;
      case "rPh":
        this.#inPhonetic = false;
        break;
      case "si":
        this.#add(unescapeText(this.#pieces.join("")));
        break;
    }
  }

  open(name: string): void {
    if (name === "si") {
      this.#pieces = [];
      this.#length = 0;
    }
    if (name === "rPh") this.#inPhonetic = true;
    if (name === "t") this.#collects = !this.#inPhonetic;
  }

  text(text: string): void {
    if (!this.#collects) return;
    this.#length += text.length;
    if (this.#length > cellCharactersMax) throw malformed("a cell is too long");
    this.#pieces.push(text);
  }

  #add(text: string): void {
    this.#block.push(text);
    this.count++;
    if (this.#block.length < blockStrings) return;
    // XML holds no NUL, and unescapeText makes none.
    const bytes = Buffer.from(this.#block.join("\0"));
    this.#block = [];
    this.#store(bytes);
    this.#blockEnds.push(this.#used);
  }

  #store(bytes: Buffer): void {
    const end = this.#used + bytes.length;
    if (end <= memoryBytesMax) {
      // Pages that are never written take no memory.
      this.#memory ??= Buffer.allocUnsafeSlow(memoryBytesMax);
      bytes.copy(this.#memory, this.#used);
    } else {
      this.#spill ??= { file: openSpill(), start: this.#used };
      writeAll(this.#spill.file, bytes, this.#used - this.#spill.start);
    }
    this.#used = end;
  }

  #unpack(block: number): readonly string[] {
    const start = this.#blockEnds[block - 1] ?? 0;
    const end = this.#blockEnds[block] ?? start;
    this.#unpackedBytes += end - start;
    let bytes = this.#memory?.subarray(start, end);
    if (this.#spill !== undefined && start >= this.#spill.start) {
      bytes = Buffer.allocUnsafe(end - start);
      readSync(this.#spill.file, bytes, 0, bytes.length, start - this.#spill.start);
    }
    return bytes?.toString("utf8").split("\0") ?? [];
  }
}

function openSpill(): number {
  const path = join(tmpdir(), `sunshine-${crypto.randomUUID()}`);
  try {
    const file = openSync(path, "wx+", 0o600);
    unlinkSync(path);
    return file;
  } catch (error) {
    throw noSpill(error);
  }
}

function writeAll(file: number, bytes: Buffer, position: number): void {
  try {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(file, bytes, at, bytes.length - at, position + at);
    }
  } catch (error) {
    throw noSpill(error);
  }
}

function noSpill(error: unknown): unknown {
  if (isNoRoom(error)) return new NoRoom("TemporaryFolderFull", { cause: error });
  if (isTooManyFiles(error)) return error;
  const why = `the workbook needs room in the temporary folder (${systemCode(error)})`;
  return new TableError("FileUnreadable", why);
}
