// The sample county of the contract and the answers it expects.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../src/root.ts";

interface Refused {
  readonly row: number;
  readonly 业务编号: string;
  readonly code: string;
}

/** What a household received. */
export interface Income {
  readonly legs: Record<string, string>;
  readonly total: string;
}

/** What `expected.json` says. */
export interface Expected {
  readonly rows: number;
  readonly recorded: number;
  readonly alreadyRecorded: number;
  readonly refused: readonly Refused[];
  readonly statements: Record<string, Record<"2025" | "2026" | "all", Income>>;
  readonly ownership: Record<string, Record<string, string>>;
  readonly registers: Record<string, { holders: number; shares: string }>;
  readonly ownershipOn: Record<string, Record<string, Record<string, string>>>;
  readonly again: Omit<Expected, "again">;
}

/** Its files, in the order in which they build on each other. */
export const sampleKinds = ["roster", "organisations", "contracts", "movements"] as const;
/** Where they lie. */
export const sample = join(projectRoot, "test/golden/sample");
/** Its expected answers. */
export const expected = JSON.parse(
  await readFile(join(sample, "expected.json"), "utf8"),
) as Expected;
