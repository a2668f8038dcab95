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
 * Sends lines of COPY text format; `into` is `table (columns)`. Rejects with the server's error,
 * after which the connection can be used again (for ROLLBACK).
 */
export function copyInto(
  client: PoolClient,
  into: string,
  chunks: Iterable<string>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const copy = copyIn(`COPY ${into} FROM STDIN`, chunks, (error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    client.query(copy);
  });
}

const copyData = 0x64;
const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);

/**
 * The messages of COPY FROM STDIN as pg's own extension point for them. pg-copy-streams throws out
 * of an event handler, which ends the process, when the server refuses rows while more are waiting
 * (its #171); a refused row is a lost race here and happens every day.
 */
function copyIn(
  text: string,
  chunks: Iterable<string>,
  done: (error?: Error) => void,
): Submittable & Record<string, unknown> {
  let failed = false;
  return {
    submit: (connection: Connection) => {
      connection.query(text);
    },
    handleCopyInResponse: ({ stream }: Connection) => {
      const waiting = chunks[Symbol.iterator]();
      const send = (): void => {
        while (!failed && !stream.destroyed) {
          const next = waiting.next();
          if (next.done === true) {
            stream.write(copyDone);
            return;
          }
          if (!stream.write(dataMessage(next.value))) {
            stream.once("drain", send);
            return;
          }
        }
      };
      send();
    },
    // Nothing more is heard of a query that failed; pg sends the next when the server is ready for
    // it.
    handleError: (error: Error) => {
      failed = true;
      done(error);
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

function dataMessage(chunk: string): Buffer {
  const length = Buffer.byteLength(chunk);
  const message = Buffer.allocUnsafe(length + 5);
  message[0] = copyData;
  message.writeUInt32BE(length + 4, 1);
  message.write(chunk, 5);
  return message;
}
