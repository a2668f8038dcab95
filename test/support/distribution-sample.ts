// The sample of a county from its pools to its approved lists (test/golden/sample-distribution):
// what is run, phase by phase, and what must be answered.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../src/root.ts";

/** Where it lies. */
export const distributionSample = join(projectRoot, "test/golden/sample-distribution");

/** Its phases, in their order. */
export const samplePhases = ["01-base", "02-plans", "03-lists", "04-notice"] as const;

/** One command of a phase: a verb with its arguments, and what must be answered. */
export interface SampleJob {
  readonly phase: string;
  readonly n: number;
  readonly words: readonly string[];
  readonly wanted: Readonly<Record<string, unknown>>;
}

/** The commands of a phase. */
export function jobsOf(phase: string): SampleJob[] {
  const read = (name: string): unknown => {
    return JSON.parse(readFileSync(join(distributionSample, phase, name), "utf8"));
  };
  const jobs = read("do.json") as { n: number; run: string[] }[];
  const answers = read("expected.json") as Record<string, Record<string, unknown>>;
  return jobs.map(({ n, run }) => {
    const wanted = answers[String(n)];
    if (wanted === undefined) throw new Error(`${phase} ${n} has no expected answer`);
    return { phase, n, words: run, wanted };
  });
}

/**
 * A file of steps with the hashes that the ledger has made, by plan, in the places for them; a
 * `{wrong}` one is no list's.
 */
export function withHashes(text: string, hashes: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{(?:hash:([^}]*)|wrong)\}/g, (_, plan?: string) => {
    if (plan === undefined) return createHash("sha256").update("no list has this").digest("hex");
    const hash = hashes.get(plan);
    if (hash === undefined) throw new Error(`no list of ${plan} stands`);
    return hash;
  });
}

/** A file of steps with the hashes of the sample's documents in place of their names. */
export function withDocuments(text: string): string {
  const folder = join(distributionSample, "documents");
  let filled = text;
  for (const name of readdirSync(folder)) {
    const hash = createHash("sha256")
      .update(readFileSync(join(folder, name)))
      .digest("hex");
    filled = filled.replaceAll(name, hash);
  }
  return filled;
}

/** An empty leg may be left out or written as nothing. */
const sums = new Set(["legs", "due", "outstanding"]);
/** How documents of a list of them are told apart. */
const identities = ["plan", "household"] as const;

/**
 * What an answer lacks of what is expected, each with its path: all that is named must be so, lists
 * element by element; what is not named is free.
 */
export function differences(found: unknown, wanted: unknown, at = ""): string[] {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found)) return [`${at} is no list`];
    const length = found.length === wanted.length ? [] : [`${at} has ${found.length} elements`];
    return [...length, ...wanted.flatMap((one, i) => differences(found[i], one, `${at}[${i}]`))];
  }
  if (typeof wanted !== "object" || wanted === null) {
    if (found === wanted) return [];
    return [`${at} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`];
  }
  if (typeof found !== "object" || found === null) return [`${at} is ${JSON.stringify(found)}`];
  const members = found as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).flatMap(([name, value]) => {
    const path = `${at}.${name}`;
    if (!sums.has(name)) return differences(members[name], value, path);
    const own = members[name] ?? {};
    const more = Object.keys(own).filter((leg) => !Object.hasOwn(value as object, leg));
    return [...more.map((leg) => `${path} has ${leg}`), ...differences(own, value, path)];
  });
}

/** The documents of an answer that has several, by plan or household. */
export function documentsById(all: readonly Record<string, unknown>[]): Record<string, unknown> {
  return Object.fromEntries(
    all.map((one) => [String(one[identities.find((name) => one[name] !== undefined) ?? ""]), one]),
  );
}
