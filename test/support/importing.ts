import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import { importFile } from "../../src/app/import.ts";
import type { CountyRow } from "./county.ts";
import { toCsv } from "./county.ts";
import type { Step } from "./given.ts";
import type { TestLedger } from "./ledger.ts";

/** Imports rows of one kind as a file, and answers what was said of them. */
export async function importing(
  t: Test,
  { handler }: TestLedger,
  kind: string,
  steps: readonly Step[],
) {
  const folder = await mkdtemp(join(tmpdir(), "sunshine-programme-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const rows: CountyRow[] = steps.map(([, cells]) => cells);
  const path = join(folder, `${kind}.csv`);
  await writeFile(path, toCsv(rows, [...new Set(rows.flatMap((cells) => Object.keys(cells)))]));
  const answer = await importFile(handler, kind, path, { actor: "clerk" });
  const named = ({ key, code }: { key: string; code: string }) => `${key} ${code}`;
  const rejected = answer.rejected === null ? "" : await readFile(answer.rejected.path, "utf8");
  const { recorded, alreadyRecorded } = answer;
  t.equal(answer.stopped, undefined, "the file is read to its end");
  return {
    recorded,
    alreadyRecorded,
    refused: answer.refused.map(named),
    remarks: answer.remarks.map(named),
    rejected,
  };
}
