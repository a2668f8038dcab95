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
export function copyInto(client: PoolClient, into: string, lines: Iterable<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const copy = copyIn(`COPY ${into} FROM STDIN`, lines, (error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    client.query(copy);
  });
}

const copyData = 0x64;
const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);
const copyFail = Buffer.from([0x66, 0, 0, 0, 5, 0]);
const messageBytes = 65_536;

/**
 * The messages of COPY FROM STDIN as pg's own extension point for them. pg-copy-streams throws out
 * of an event handler, which ends the process, when the server refuses rows while more are waiting
 * (its #171); a refused row is a lost race here and happens every day.
 */
function copyIn(
  text: string,
  lines: Iterable<string>,
  done: (error?: Error) => void,
): Submittable & Record<string, unknown> {
  let failed: Error | undefined;
  return {
    submit: (connection: Connection) => {
      connection.query(text);
    },
    handleCopyInResponse: ({ stream }: Connection) => {
      const messages = messagesOf(lines);
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

/**
 * Lines packed into messages. Each is written by itself: one with Chinese is several times slower.
 */
function* messagesOf(lines: Iterable<string>): Generator<Buffer> {
  let message = Buffer.allocUnsafe(messageBytes);
  let end = 5;
  const finish = (): Buffer => {
    message[0] = copyData;
    message.writeUInt32BE(end - 1, 1);
    return message.subarray(0, end);
  };
  for (const line of lines) {
    const bytesMax = line.length * 3;
    if (end + bytesMax > message.length) {
      if (end > 5) yield finish();
      message = Buffer.allocUnsafe(Math.max(messageBytes, bytesMax + 5));
      end = 5;
    }
    end += message.write(line, end);
  }
  if (end > 5) yield finish();
}
