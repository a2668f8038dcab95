import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";

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

/** Sends lines of COPY text format; `into` is `table (columns)`. Rejects with the server's error. */
export async function copyInto(
  client: PoolClient,
  into: string,
  chunks: Iterable<string>,
): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${into} FROM STDIN`));
  await new Promise<void>((resolve, reject) => {
    stream.once("finish", resolve);
    stream.once("error", reject);
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
  });
}
