import type { Connection, PoolClient, Submittable } from "pg";

const special = /[\\\t\n\r]/;
const escapes: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** A value of a COPY row in text format; null and undefined are NULL. */
export type CopyValue = string | number | bigint | null | undefined;

/** One line of COPY text format. */
export function copyLine(values: readonly CopyValue[]): string {
  let line = "";
  for (let i = 0; i < values.length; i++) {
    if (i > 0) line += "\t";
    line += copyText(values[i]);
  }
  return `${line}\n`;
}

function copyText(value: CopyValue): string {
  if (value === null || value === undefined) return "\\N";
  if (typeof value !== "string") return value.toString();
  return special.test(value) ? value.replace(/[\\\t\n\r]/g, (c) => escapes[c] ?? c) : value;
}

/**
 * Sends lines of COPY text format; `into` is `table (columns)`. A line is asked for when there is
 * room for it, so that the server works on the lines before it while it is being made. Rejects with
 * the server's error, or what making a line threw; the connection can be used again (for ROLLBACK).
 */
export function copyInto(
  client: PoolClient,
  into: string,
  lines: Iterable<string> | PackedLines,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const messages = "take" in lines ? lines.take("all").values() : messagesOf(lines);
    const copy = copyIn(`COPY ${into} FROM STDIN`, messages, (error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    client.query(copy);
  });
}

const copyData = 0x64;
const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);
const copyFail = Buffer.from([0x66, 0, 0, 0, 5, 0]);
const headerBytes = 5;
const messageBytes = 65_536;

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

/** Rows of COPY text format as the messages that will carry them, outside of the collected heap. */
export interface PackedLines {
  add(line: string): void;
  /** The messages so far; those that are full already, or all. */
  take(which: "full" | "all"): Buffer[];
}

/**
 * Packs lines into messages. Each line is written by itself: together with one that has Chinese,
 * all would be encoded the slow way.
 */
export function packLines(): PackedLines {
  let full: Buffer[] = [];
  let message = Buffer.allocUnsafe(messageBytes);
  let end = headerBytes;
  const finish = (next: number): void => {
    if (end > headerBytes) {
      message[0] = copyData;
      message.writeUInt32BE(end - 1, 1);
      full.push(message.subarray(0, end));
    }
    message = Buffer.allocUnsafe(next);
    end = headerBytes;
  };
  return {
    add: (line) => {
      const bytesMax = line.length * 3;
      if (end + bytesMax > message.length) {
        finish(Math.max(messageBytes, headerBytes + bytesMax));
      }
      end += message.write(line, end);
    },
    take: (which) => {
      if (which === "all") finish(messageBytes);
      const taken = full;
      full = [];
      return taken;
    },
  };
}

function* messagesOf(lines: Iterable<string>): Generator<Buffer> {
  const packed = packLines();
  for (const line of lines) {
    packed.add(line);
    yield* packed.take("full");
  }
  yield* packed.take("all");
}
