import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Kind } from "../domain/kind.ts";
import type { Row } from "../domain/row.ts";

/** Puts the SHA-256 of documents in the place of their file names, in the rows of one kind. */
export type DocumentNames = (row: Row) => Promise<Row>;

const hash = /^[0-9a-f]{64}$/;
const separator = "、";

/**
 * Documents are named by the files of a folder. A name that is none of them stays, and is refused
 * like any other text that is no hash. Names with blanks are parted by 、.
 */
export function documentNames(folder: string, { columns }: Pick<Kind, "columns">): DocumentNames {
  const naming = Object.values(columns).flatMap(({ column, namesDocuments }) =>
    namesDocuments === true ? [column] : [],
  );
  const known = new Map<string, Promise<string>>();
  const hashOf = (name: string): Promise<string> => {
    if (hash.test(name)) return Promise.resolve(name);
    const found = known.get(name) ?? hashed(folder, name);
    known.set(name, found);
    return found;
  };
  return async (row) => {
    const cells = { ...row.cells };
    for (const column of naming) {
      const cell = cells[column];
      if (typeof cell !== "string" || cell === "") continue;
      const names = cell.split(cell.includes(separator) ? separator : " ");
      const given = names.map((name) => name.trim()).filter((name) => name !== "");
      cells[column] = (await Promise.all(given.map(hashOf))).join(separator);
    }
    return { ...row, cells };
  };
}

/** The hash of a file, or its name where there is no such file in the folder itself. */
async function hashed(folder: string, name: string): Promise<string> {
  if (basename(name) !== name) return name;
  const digest = createHash("sha256");
  try {
    await pipeline(createReadStream(join(folder, name)), digest);
  } catch {
    return name;
  }
  return digest.digest("hex");
}
