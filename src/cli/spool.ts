import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";

/** Text that grows while an answer is made and is written behind it. */
export interface Spool {
  /** Throws what the system throws where there is no room for it. */
  add(text: string): void;
  isEmpty(): boolean;
  /** All of it, in pieces. */
  pieces(): Generator<string>;
  close(): void;
}

/** As much of it as is held in memory. */
const heldCharactersMax = 256 * 1024;
const pieceBytes = 64 * 1024;

/**
 * A text that is held in memory while it is short and lies in a file otherwise. The file holds
 * personal data: nobody else may read it, and it has no name, so that it ends with the process.
 */
export function spool(): Spool {
  let held: string[] = [];
  let heldCharacters = 0;
  let file: number | undefined;
  let bytes = 0;
  const flush = (): void => {
    file ??= openNameless();
    const text = Buffer.from(held.join(""));
    for (let at = 0; at < text.length; ) at += writeSync(file, text, at);
    bytes += text.length;
    held = [];
    heldCharacters = 0;
  };
  return {
    add: (text) => {
      held.push(text);
      heldCharacters += text.length;
      if (heldCharacters > heldCharactersMax) flush();
    },
    isEmpty: () => file === undefined && held.length === 0,
    *pieces() {
      if (file !== undefined) yield* fromFile(file, bytes);
      yield* held;
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function* fromFile(file: number, bytes: number): Generator<string> {
  const decoder = new StringDecoder("utf8");
  const buffer = Buffer.alloc(pieceBytes);
  for (let at = 0; at < bytes; ) {
    const read = readSync(file, buffer, 0, Math.min(pieceBytes, bytes - at), at);
    if (read === 0) throw new Error("a spool is shorter than what was written");
    at += read;
    yield decoder.write(buffer.subarray(0, read));
  }
}

function openNameless(): number {
  const path = join(tmpdir(), `sunshine-spool-${randomUUID()}`);
  const file = openSync(path, "wx+", 0o600);
  rmSync(path, { force: true });
  return file;
}
