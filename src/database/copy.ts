import { ByteWriter } from "../../events/byte-writer.ts";
import type { Connection, PoolClient, Submittable } from "pg";

/** A value of a COPY row in text format; null and undefined are NULL. */
export type CopyValue = string | number | bigint | null | undefined;

const copyData = 0x64;
const headerBytes = 5;
/** A message is sent when it has grown to this; most rows then fit into the room that is left. */
const messageBytes = 65_536;
const room = 8_192;

const [tab, endOfLine, backslash] = [0x09, 0x0a, 0x5c];
const special = /[\\\t\n\r]/;
const escapes: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** Rows in COPY text format, packed into the messages that will carry them. */
export class CopyRows {
  private full: Buffer[] = [];
  private out = message();
  private isFirst = true;

  /** Adds a row. */
  row(values: readonly CopyValue[]): void {
    for (const value of values) this.value(value);
    this.endRow();
  }

  /** Adds the next value of a row. */
  value(value: CopyValue): void {
    const { out } = this;
    this.separate();
    if (value === null || value === undefined) out.ascii("\\N");
    else if (typeof value !== "string") out.ascii(String(value));
    else if (!out.plain(value)) out.utf8(escaped(value));
  }

  /**
   * Adds a value that `write` writes and that has no tab and no end of line. Answers what `look`
   * makes of its bytes, which hold during that call.
   */
  written<T>(write: (out: ByteWriter) => void, look: (bytes: Buffer) => T): T {
    this.separate();
    const { out } = this;
    const begin = out.end;
    write(out);
    const bytes = out.bytes.subarray(begin, out.end);
    const seen = look(bytes);
    if (bytes.includes(backslash)) {
      const text = bytes.toString();
      out.end = begin;
      out.utf8(escaped(text));
    }
    return seen;
  }

  /** Adds bytes in hexadecimal digits. */
  hex(digits: string): void {
    this.separate();
    this.out.ascii("\\\\x");
    this.out.ascii(digits);
  }

  /** Ends a row. */
  endRow(): void {
    this.out.byte(endOfLine);
    this.isFirst = true;
    if (this.out.end > messageBytes) this.finish();
  }

  /** The messages so far; those that are full already, or all. */
  take(which: "full" | "all"): Buffer[] {
    if (which === "all" && this.out.end > headerBytes) this.finish();
    const taken = this.full;
    if (taken.length > 0) this.full = [];
    return taken;
  }

  private separate(): void {
    if (!this.isFirst) this.out.byte(tab);
    this.isFirst = false;
  }

  private finish(): void {
    const { bytes, end } = this.out;
    bytes[0] = copyData;
    bytes.writeUInt32BE(end - 1, 1);
    this.full.push(bytes.subarray(0, end));
    this.out = message();
  }
}

function escaped(text: string): string {
  return special.test(text) ? text.replace(/[\\\t\n\r]/g, (c) => escapes[c] ?? c) : text;
}

function message(): ByteWriter {
  const out = new ByteWriter(messageBytes + room);
  out.end = headerBytes;
  return out;
}

/**
 * Sends rows of COPY text format; `into` is `table (columns)`. A message is asked for when there is
 * room for it, so that the server works on those before it while it is being made. Rejects with the
 * server's error, or what making a message threw; the connection can be used again (for ROLLBACK).
 */
export function copyInto(
  client: PoolClient,
  into: string,
  messages: Iterator<Buffer>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const copy = copyIn(`COPY ${into} FROM STDIN`, messages, (error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    client.query(copy);
  });
}

const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);
const copyFail = Buffer.from([0x66, 0, 0, 0, 5, 0]);

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
