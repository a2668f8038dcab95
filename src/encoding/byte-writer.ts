/**
 * Printable ASCII other than the quotation mark and the backslash is the same in JSON and in COPY.
 */
const [space, quotationMark, backslash, tilde] = [0x20, 0x22, 0x5c, 0x7e];

/**
 * Looked up once. V8 has a dozen representations of strings, and a call site that has met more than
 * four of them looks the method up anew at every character.
 */
const { charCodeAt } = String.prototype;

/** Up to this many bytes, a loop is faster than a copy. */
const shortBytes = 64;

/**
 * A buffer that grows at its end. Texts are written character by character; for the short texts of
 * an event that is faster than joining strings, which are flattened, encoded and collected
 * afterwards.
 */
export class ByteWriter {
  /** What was written, and room for more. */
  bytes: Buffer;
  /** How many bytes were written. */
  end = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  /** Makes room for so many more bytes. */
  reserve(count: number): void {
    if (this.end + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.end + count));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }

  /** Writes one byte. */
  byte(value: number): void {
    if (this.end === this.bytes.length) this.reserve(1);
    this.bytes[this.end++] = value;
  }

  /** Writes the low 16 bits of a number, the highest first. */
  uint16(value: number): void {
    this.reserve(2);
    this.bytes[this.end++] = value >>> 8;
    this.bytes[this.end++] = value;
  }

  /** Writes the low 32 bits of a number, the highest first. */
  uint32(value: number): void {
    this.reserve(4);
    const { bytes } = this;
    bytes[this.end++] = value >>> 24;
    bytes[this.end++] = value >>> 16;
    bytes[this.end++] = value >>> 8;
    bytes[this.end++] = value;
  }

  /** Writes a text of characters up to U+00FF, a byte each. */
  latin1(text: string): void {
    // Read once: the length of a long or sliced text is not free.
    const { length } = text;
    this.reserve(length);
    const { bytes } = this;
    let at = this.end;
    for (let i = 0; i < length; i++) bytes[at++] = charCodeAt.call(text, i);
    this.end = at;
  }

  /** Writes any text as UTF-8. */
  utf8(text: string): void {
    this.reserve(text.length * 3);
    this.end += this.bytes.write(text, this.end);
  }

  /**
   * Writes a text if it is printable ASCII without quotation mark and backslash; otherwise writes
   * nothing and answers false.
   */
  plain(text: string): boolean {
    const { length } = text;
    this.reserve(length);
    const { bytes } = this;
    let at = this.end;
    for (let i = 0; i < length; i++) {
      const code = charCodeAt.call(text, i);
      if (code < space || code > tilde || code === quotationMark || code === backslash)
        return false;
      bytes[at++] = code;
    }
    this.end = at;
    return true;
  }

  /** Writes bytes as they are. */
  copy(from: Uint8Array): void {
    const { length } = from;
    this.reserve(length);
    const { bytes } = this;
    if (length > shortBytes) {
      bytes.set(from, this.end);
      this.end += length;
      return;
    }
    let at = this.end;
    for (let i = 0; i < length; i++) bytes[at++] = from[i] as number;
    this.end = at;
  }
}

const scratchBytes = 65_536;
let scratch = new ByteWriter(scratchBytes);

/** The text that `write` writes, which may itself ask for the text of something else. */
export function textOf(write: (out: ByteWriter) => void): string {
  const begin = scratch.end;
  try {
    write(scratch);
    return scratch.bytes.toString("utf8", begin, scratch.end);
  } finally {
    scratch.end = begin;
    if (begin === 0 && scratch.bytes.length > scratchBytes) scratch = new ByteWriter(scratchBytes);
  }
}
