// Loaded before every test file: what tests write goes into memory where there is enough of it.
// A new database is a thousand files, which take a tenth of the time there that a disk needs.
import { statfsSync } from "node:fs";

const memory = "/dev/shm";
/** A server that tests share keeps up to 4 GB of its log. */
const neededBytes = 8 * 2 ** 30;

if (process.env["TMPDIR"] === undefined && freeBytes() > neededBytes)
  process.env["TMPDIR"] = memory;

function freeBytes(): number {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize;
  } catch {
    return 0; // Not every system has it.
  }
}
