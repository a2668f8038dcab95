import type { Connection, PoolClient, Submittable } from "pg";
import { ByteWriter } from "../encoding/byte-writer.ts";

/** A value of a COPY row in text format; null and undefined are NULL. */
export type CopyValue = string | number | bigint | null | undefined;

const copyData = 0x64;
const headerBytes = 5;
/** A message is sent when it has this size; most rows then fit into the space that is left. */
const messageBytes = 65_536;
const room = 8_192;
/** The first size of a message: most never grow large. */
const smallBytes = 4_096;

const [tab, endOfLine] = [0x09, 0x0a];
const special = /[\\\t\n\r]/;
const escapes: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** The messages that carry the rows of a COPY. */
class CopyMessages {
  protected out = message(smallBytes);
  private full: Buffer[] = [];

  /** Ends a row: what has grown large enough is a message of its own. */
  protected rowEnded(): void {
    if (this.out.end > messageBytes) this.finish(messageBytes + room);
  }

  /** The messages so far: the full ones, or all. */
  take(which: "full" | "all"): Buffer[] {
    // Usually no more rows come, and memory for them would be allocated for nothing.
    if (which === "all" && this.out.end > headerBytes) this.finish(0);
    const taken = this.full;
    if (taken.length > 0) this.full = [];
    return taken;
  }

  private finish(nextBytes: number): void {
    const { bytes, end } = this.out;
    bytes[0] = copyData;
    bytes.writeUInt32BE(end - 1, 1);
    this.full.push(bytes.subarray(0, end));
    this.out = message(nextBytes);
  }
}

/** Rows in COPY text format. */
export class CopyRows extends CopyMessages {
  private isFirst = true;

  /** Adds a row. */
  row(values: readonly CopyValue[]): void {
    for (const value of values) this.value(value);
    this.endRow();
  }

  /** Adds the next value of a row. */
  value(value: CopyValue): void {
    const { out } = this;
    if (!this.isFirst) out.byte(tab);
    this.isFirst = false;
    if (value === null || value === undefined) out.latin1("\\N");
    else if (typeof value !== "string") out.latin1(String(value));
    else if (!out.plain(value)) out.utf8(escaped(value));
  }

  /** Ends a row. */
  endRow(): void {
    this.out.byte(endOfLine);
    this.isFirst = true;
    this.rowEnded();
  }
}

/** 2000-01-01 in ms since 1970: where PostgreSQL counts the time from. */
const epochMs = 946_684_800_000;
const signature = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const nullLength = 0xffffffff;
const endOfRows = 0xffff;

/**
 * Rows in COPY binary format, which the server takes in a quarter less time than text: nothing is
 * escaped, and numbers, times and bytes are not read from digits.
 */
export class BinaryCopyRows extends CopyMessages {
  private readonly columns: number;

  constructor(columns: number) {
    super();
    this.columns = columns;
    this.out.copy(signature);
  }

  /** Begins a row; as many values follow as there are columns. */
  beginRow(): void {
    this.out.uint16(this.columns);
  }

  /** Ends a row. */
  endRow(): void {
    this.rowEnded();
  }

  override take(which: "full" | "all"): Buffer[] {
    if (which === "all") this.out.uint16(endOfRows);
    return super.take(which);
  }

  /** Adds an `integer`. */
  integer(value: number): void {
    this.out.uint32(4);
    this.out.uint32(value);
  }

  /** Adds a `bigint` from a safe integer. */
  bigint(value: number): void {
    this.out.uint32(8);
    this.out.uint32(Math.floor(value / 0x1_0000_0000));
    this.out.uint32(value);
  }

  /** Adds a `timestamptz` from ms since 1970. */
  time(ms: number): void {
    this.bigint((ms - epochMs) * 1_000);
  }

  /** Adds a `text`; undefined is NULL. */
  text(value: string | undefined): void {
    const { out } = this;
    if (value === undefined) {
      out.uint32(nullLength);
      return;
    }
    const begin = this.beginValue();
    if (!out.plain(value)) out.utf8(value);
    this.endValue(begin);
  }

  /** Adds a `text` in UTF-8; undefined is NULL. */
  encoded(value: Uint8Array | undefined): void {
    this.out.uint32(value === undefined ? nullLength : value.length);
    if (value !== undefined) this.out.copy(value);
  }

  /** Adds a `bytea` from a string with a character a byte. */
  latin1(value: string): void {
    this.out.uint32(value.length);
    this.out.latin1(value);
  }

  /**
   * Adds a value that `write` writes. Answers what `look` makes of its bytes, which hold during
   * that call.
   */
  written<T>(write: (out: ByteWriter) => void, look: (bytes: Buffer) => T): T {
    const begin = this.beginValue();
    write(this.out);
    this.endValue(begin);
    return look(this.out.bytes.subarray(begin, this.out.end));
  }

  private beginValue(): number {
    this.out.uint32(0);
    return this.out.end;
  }

  private endValue(begin: number): void {
    this.out.bytes.writeUInt32BE(this.out.end - begin, begin - 4);
  }
}

function escaped(text: string): string {
  return special.test(text) ? text.replace(/[\\\t\n\r]/g, (c) => escapes[c] ?? c) : text;
}

function message(bytes: number): ByteWriter {
  const out = new ByteWriter(bytes);
  out.end = headerBytes;
  return out;
}

/** Rows for a table. */
export interface CopyTask {
  /** `table (columns)`. */
  readonly into: string;
  readonly format: "text" | "binary";
  readonly messages: Iterator<Buffer>;
}

/**
 * Sends rows to a table. A message is asked for when there is room for it, so that the server works
 * on those before it while it is being made. Rejects with the server's error, or what making a
 * message threw; the connection can be used again (for ROLLBACK).
 */
export function copyInto(client: PoolClient, { into, format, messages }: CopyTask): Promise<void> {
  return new Promise((resolve, reject) => {
    const copy = copyIn(`COPY ${into} FROM STDIN (FORMAT ${format})`, messages, (error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    client.query(copy);
  });
}

/** CopyDone: all rows are sent. */
export const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);
/** CopyFail, without a reason: what failed is known here. */
export const copyFail = Buffer.from([0x66, 0, 0, 0, 5, 0]);

/**
 * The messages of COPY FROM STDIN as pg's own extension point for them. pg-copy-streams throws out
 * of an event handler, which ends the process, when the server refuses rows while more are waiting
 * (its #171); a refused row is a lost race here and happens every day.
 */
function copyIn(
  text: string,
  messages: Iterator<Buffer>,
  done: (error?: Error) => void,
): Submittable & Record<string, unknown> {
  let failed: Error | undefined;
  return {
    submit: (connection: Connection) => {
      connection.query(text);
    },
    handleCopyInResponse: ({ stream }: Connection) => {
      const send = (): void => {
        try {
          while (failed === undefined && !stream.destroyed) {
            const next = messages.next();
            if (stream.write(next.done === true ? copyDone : next.value)) {
              if (next.done === true) return;
            } else {
              if (next.done !== true) stream.once("drain", send);
              return;
            }
          }
        } catch (error) {
          // The server answers with an error of its own, which says less.
          failed = error instanceof Error ? error : new Error(String(error));
          stream.write(copyFail);
        }
      };
      send();
    },
    // Nothing more is heard of a query that failed; pg sends the next when the server is ready for
    // it.
    handleError: (error: Error) => {
      failed ??= error;
      done(failed);
    },
    handleReadyForQuery: () => {
      done();
    },
    handleCommandComplete: () => undefined,
    handleRowDescription: () => undefined,
    handleDataRow: () => undefined,
    callback: () => undefined,
  };
}
