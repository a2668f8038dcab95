// The sample of a county from its pools to its approved lists (test/golden/sample-distribution):
// what is run, phase by phase, and what must be answered.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../src/root.ts";
import type { AnswerWords, Instruction } from "./bank-answers.ts";
import { bankAnswer, paymentIn, readInstruction } from "./bank-answers.ts";

/** Where it lies. */
export const distributionSample = join(projectRoot, "test/golden/sample-distribution");

/** Its phases, in their order. */
export const samplePhases = [
  ...["01-base", "02-plans", "03-lists", "04-notice"],
  ...["05-pay", "06-whole", "07-decide", "08-end"],
] as const;

/** One command of a phase: a verb with its arguments, and what must be answered. */
export interface SampleJob {
  readonly phase: string;
  readonly n: number;
  readonly words: readonly string[];
  readonly wanted: Readonly<Record<string, unknown>>;
  /** Files of a bank that are made before it is run. */
  readonly make: readonly { readonly from: string; readonly to: string }[];
  /** What the batch that it makes is called in what follows. */
  readonly batch: string | undefined;
}

/** The commands of a phase. */
export function jobsOf(phase: string): SampleJob[] {
  const read = (name: string): unknown => {
    return JSON.parse(readFileSync(join(distributionSample, phase, name), "utf8"));
  };
  const jobs = read("do.json") as (Pick<SampleJob, "n" | "batch"> & {
    run: string[];
    make?: SampleJob["make"];
  })[];
  const answers = read("expected.json") as Record<string, Record<string, unknown>>;
  return jobs.map(({ n, run, make = [], batch }) => {
    const wanted = answers[String(n)];
    if (wanted === undefined) throw new Error(`${phase} ${n} has no expected answer`);
    return { phase, n, words: run, wanted, make, batch };
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

/** What the payments of a batch are called in later words, and the files that tell of them. */
export class SampleBatches {
  readonly instructions = new Map<string, Instruction>();
  private readonly payments = new Map<string, Omit<SamplePayment, "plan" | "line">>();
  private readonly entries = new Map<string, string>();

  /** Takes in an instruction; answers what it lacks of what is expected of its payments. */
  instructed({ batch = "", wanted }: SampleJob, bytes: Buffer): string[] {
    const instruction = readInstruction(bytes);
    this.instructions.set(batch, instruction);
    const payments = (wanted["payments"] ?? []) as readonly SamplePayment[];
    for (const { plan, line, ...pay } of payments) {
      this.payments.set(`${batch}:${plan}:${line}`, pay);
      paymentIn(instruction, pay);
    }
    const found = instruction.payments.length;
    return found === payments.length ? [] : [`${found} payments, not ${payments.length}`];
  }

  /** Notes the names of entries that fit no payment. */
  told(unmatched: readonly { readonly entry: string }[]): void {
    for (const { entry } of unmatched) this.entries.set(entry.replace(/#1$/, ""), entry);
  }

  /** The words of a job as they are said now. */
  filled(words: readonly string[]): string[] {
    return words.map((word) =>
      word.replaceAll(/\{(batch|payment|entry):([^}]+)\}/g, (_, what: string, of: string) => {
        if (what === "entry") return this.entries.get(of) ?? of;
        const name = of.split(":")[0] ?? "";
        const instruction = this.instructions.get(name);
        if (instruction === undefined) throw new Error(`no batch ${name} was made`);
        if (what === "batch") return instruction.messageId;
        const pay = this.payments.get(of);
        if (pay === undefined) throw new Error(`no payment ${of} is expected`);
        return `${instruction.messageId}/${paymentIn(instruction, pay).endToEndId}`;
      }),
    );
  }

  /** A file of a bank, as the sample's folder or what it tells makes it. */
  fileOf({ phase, make }: SampleJob, name: string): Buffer {
    const from = make.find(({ to }) => to === name)?.from;
    const read = (file: string) => readFileSync(join(distributionSample, phase, file));
    if (from === undefined) return read(name);
    return bankAnswer(JSON.parse(read(from).toString("utf8")) as AnswerWords, this.instructions);
  }
}

interface SamplePayment {
  readonly plan: string;
  readonly line: number;
  readonly account: string;
  readonly holder: string;
  readonly amount: string;
}

/** An answer as the sample compares it: what may stand in any order stands in one. */
export function comparable(answer: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { refused, unmatched, skipped, accounts, payments: _file, ...rest } = answer;
  const isNamed = Array.isArray(accounts);
  return {
    ...rest,
    ...(refused !== undefined && { refused: refusedOf(refused as readonly unknown[]) }),
    ...(unmatched !== undefined && { unmatched: inOrder(unmatched as readonly Entry[]) }),
    ...(skipped !== undefined && { skipped: inOrder(skipped as readonly Entry[]) }),
    ...(accounts !== undefined && {
      accounts: Object.fromEntries(
        (isNamed
          ? (accounts as Account[]).map((one) => [one.account ?? "", one] as const)
          : Object.entries(accounts as Record<string, Account>)
        ).map(([account, { closing, difference }]) => [
          account,
          { closing, difference: difference.replace("-", "") },
        ]),
      ),
    }),
  };
}

interface Entry {
  readonly entry?: string;
  readonly plan?: string;
  readonly line?: number | "";
  readonly amount?: string;
}
interface Account {
  readonly account?: string;
  readonly closing: string;
  readonly difference: string;
}

/** Of a bank's files the codes alone; of rows all that is said of them. */
function refusedOf(refused: readonly unknown[]): readonly unknown[] {
  return refused.map((one) => {
    if (typeof one === "string") return one;
    return Object.hasOwn(one as object, "row") ? one : (one as { code: string }).code;
  });
}

function inOrder(entries: readonly Entry[]): Entry[] {
  const named = entries.map(({ entry, ...rest }) =>
    entry === undefined ? rest : { ...rest, entry: entry.replace(/#1$/, "") },
  );
  const keyOf = ({ entry = "", plan = "", line = "", amount = "" }: Entry): string =>
    [entry, plan, String(line).padStart(6), amount].join(" ");
  return named.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
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
