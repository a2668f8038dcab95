// From pools to approved lists, as the contract's sample has it: by the built command line on each
// engine, and over HTTP, where every answer is the same.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { type Test, test } from "tap";
import { importFile } from "../../src/app/import.ts";
import { rebuild } from "../../src/app/rebuild.ts";
import { verify } from "../../src/app/verify.ts";
import { projectRoot } from "../../src/root.ts";
import { eventStoreDbUrl, freshServer, unlessFresh } from "../contract/stores.ts";
import type { SampleJob } from "../support/distribution-sample.ts";
import {
  differences,
  distributionSample,
  documentsById,
  jobsOf,
  samplePhases,
  withDocuments,
  withHashes,
} from "../support/distribution-sample.ts";
import { ledgerPlace, testLedgerAt, testService } from "../support/service.ts";
import type { LedgerPlace, TestService } from "../support/service.ts";
import { sunshine } from "../support/sunshine.ts";

/** An answer as the sample expects it. */
type Answered = Record<string, unknown>;

/** Asks the ledger as one of its interfaces has it. */
interface Player {
  /** Asks all that the sample asks, and imports each file twice; else one question of each sort. */
  readonly isThorough: boolean;
  /** Verbs that it has not. */
  readonly lacks: ReadonlySet<string>;
  /** The sorts of questions that were asked. */
  readonly asked: Set<string>;
  /** Imports a file, whose text is given. */
  importing(job: SampleJob, text: string): Promise<Answered>;
  /** The answer of a verb; several documents stand under `documents` by their ids. */
  asking(words: readonly string[]): Promise<Answered>;
}

const isImport = ({ words: [verb] }: SampleJob): boolean => verb === "import";
/** Verbs that are not there yet. */
const later = ["notice"];

async function fileOf({ phase, words: [, , name = ""] }: SampleJob): Promise<string> {
  return readFile(join(distributionSample, phase, name), "utf8");
}

async function hashesBy(player: Player): Promise<Map<string, string>> {
  const { documents } = await player.asking(["plans"]);
  const plans = Object.entries(documents as Record<string, { list: { hash: string } | null }>);
  return new Map(plans.flatMap(([plan, { list }]) => (list === null ? [] : [[plan, list.hash]])));
}

/** Plays a phase: what is asked between two imports is asked at once. */
async function play(t: Test, phase: string, player: Player, judge: Judge): Promise<void> {
  const reads: SampleJob[] = [];
  const { asked } = player;
  const answer = async (): Promise<void> => {
    const queue = reads.splice(0);
    const worker = async (): Promise<void> => {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        judge(t, job, await player.asking(job.words));
      }
    };
    await Promise.all([worker(), worker(), worker()]);
  };
  for (const job of jobsOf(phase)) {
    const { words } = job;
    if (player.lacks.has(words[0] ?? "")) continue;
    if (!isImport(job)) {
      const sort = sortOf(job);
      if (player.isThorough || !asked.has(sort)) reads.push(job);
      asked.add(sort);
      continue;
    }
    await answer();
    const text = await fileOf(job);
    const filled = text.includes("{hash") ? withHashes(text, await hashesBy(player)) : text;
    judge(t, job, await player.importing(job, filled));
    if (player.isThorough) await importAgain(t, job, player, filled);
  }
  await answer();
}

/** What is asked alike: the verb, and which copy of a list. */
function sortOf({ words }: SampleJob): string {
  return words.filter((word) => /^(--copy|full|public|[a-z]+)$/.test(word)).join(" ");
}

/** What a file has recorded is sent again; what was refused would be judged anew. */
async function importAgain(t: Test, job: SampleJob, player: Player, text: string): Promise<void> {
  const refused = new Set((job.wanted["refused"] as { row: number }[]).map(({ row }) => row));
  const kept = text.split("\n").filter((_, at) => !refused.has(at + 1));
  const { recorded, refused: none } = await player.importing(job, kept.join("\n"));
  t.strictSame([recorded, none], [0, []], `${job.phase} ${job.n}: nothing is recorded twice`);
}

type Judge = (t: Test, job: SampleJob, found: Answered) => void;

const judgeAll: Judge = (t, { phase, n, words, wanted }, found) => {
  t.strictSame(differences(found, wanted), [], `${phase} ${n}: ${words.join(" ")}`);
};

/** The command line, whose files lie in a folder of their own. */
function commandLine(folder: string, env: Readonly<Record<string, string>>): Player {
  const say = (words: readonly string[]) => sunshine([...words, "--json"], { env, cwd: folder });
  return {
    isThorough: process.env["DISTRIBUTION"] === "whole",
    lacks: new Set(later),
    asked: new Set(),
    importing: async ({ words: [verb = "", kind = "", name = "", flag] }, text) => {
      await writeFile(join(folder, name), text);
      const more = flag === undefined ? [] : [flag, join(distributionSample, "documents")];
      const { status, stdout } = await say([verb, kind, name, ...more]);
      return { exit: status, ...(JSON.parse(stdout) as object) };
    },
    asking: async (words) => {
      const { status: exit, stdout, stderr } = await say(words);
      const lines = stdout.split("\n").filter((line) => line !== "");
      if (lines.length === 0) throw new Error(`${words.join(" ")}: ${stderr}`);
      const found = lines.map((line) => JSON.parse(line) as Answered);
      if (/^(plans|statements)$/.test(words[0] ?? "")) {
        return { exit, documents: documentsById(found) };
      }
      if (words[0] !== "steps") return { exit, ...found[0] };
      const file = await readFile(join(folder, words.at(-1) ?? ""), "utf8");
      const [row] = parse<Answered>(file, { columns: true, bom: true });
      return { exit, row };
    },
  };
}

/** The service, asked without a network. */
function service({ get, post }: TestService): Player {
  let atLeast = "0";
  return {
    isThorough: true,
    // The file of `steps --next` is the command line's alone.
    lacks: new Set([...later, "steps"]),
    asked: new Set(),
    importing: async ({ words: [, kind = ""] }, text) => {
      const csv = { "content-type": "text/csv" };
      const found = await post(`/v1/imports/${kind}`, withDocuments(text), csv);
      const answer = found.json<{ refused: unknown[]; position: string }>();
      atLeast = answer.position;
      return { exit: answer.refused.length === 0 ? 0 : 1, ...answer };
    },
    asking: async (words) => {
      const found = await get(`${urlOf(words)}&atLeast=${atLeast}`);
      const answer = found.json<Answered>();
      if (found.statusCode >= 400) return { exit: 1, error: { code: answer["code"] } };
      const { plans, items, next } = answer as Record<string, Answered[]>;
      if (next != null) throw new Error("the sample's households are one page");
      const documents = plans ?? items;
      if (documents !== undefined) return { exit: 0, documents: documentsById(documents) };
      return { exit: 0, ...answer };
    },
  };
}

/** The address of what a verb asks. */
function urlOf([verb = "", ...words]: readonly string[]): string {
  const of = words[0]?.startsWith("--") === false ? words[0] : "";
  const flags = words.slice(of === "" ? 0 : 1);
  const choices = new URLSearchParams();
  for (let i = 0; i < flags.length; i += 2) {
    choices.set((flags[i] ?? "").slice(2), flags[i + 1] ?? "");
  }
  const copy = choices.get("copy");
  choices.delete("copy");
  const paths: Record<string, string> = {
    plan: `/v1/plans/${of}`,
    plans: "/v1/plans",
    list: `/v1/plans/${of}/list/${copy ?? ""}`,
    statement: `/v1/${of.startsWith("ORG") ? "organisations" : "households"}/${of}/statement`,
    statements: "/v1/statements?limit=1000",
  };
  const path = paths[verb];
  if (path === undefined) throw new Error(`there is no route for ${verb}`);
  return `${path}${path.includes("?") ? "&" : "?"}${choices.toString()}`;
}

const engines = [
  ["PostgreSQL", {}, {}],
  [
    "EventStoreDB",
    unlessFresh,
    { LEDGER_LOG: "eventstoredb", EVENTSTOREDB_URL: eventStoreDbUrl ?? "" },
  ],
] as const;

for (const [engine, unless, log] of engines) {
  test(`the sample of distribution on ${engine}`, { ...unless, timeout: 240_000 }, async (t) => {
    const place = await ledgerPlace(t);
    if (engine === "EventStoreDB") await freshServer(t, place.env["DATABASE_URL"] ?? "");
    const folder = await mkdtemp(join(tmpdir(), "sunshine-distribution-"));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const env = { ...place.env, ...log };
    const player = commandLine(folder, env);
    await t.test("begins with its base", () => importBase(t, { ...place, env }));
    for (const phase of samplePhases.slice(1)) {
      await t.test(`${phase} by the command line`, (t) => play(t, phase, player, judgeAll));
    }
    await t.test("full and public copy are shown to be one list", (t) => proveOne(t, folder, env));
    await t.test("is in order, and is so when it is derived anew", async (t) => {
      const before = await player.asking(["plans"]);
      t.equal((await sunshine(["rebuild", "--json"], { env })).status, 0);
      t.strictSame(await player.asking(["plans"]), before, "and says the same");
      const { status, stdout } = await sunshine(["verify", "--json"], { env });
      t.equal(status, 0);
      t.match(JSON.parse(stdout), { ok: true, differences: [] });
    });
  });
}

test("the sample of distribution over HTTP", { timeout: 120_000 }, async (t) => {
  const of = await testService(t);
  const player = service(of);
  for (const phase of samplePhases) {
    await t.test(`${phase}, and every file again`, (t) => play(t, phase, player, judgeAll));
  }
  await t.test("is derived anew as it was", async (t) => {
    const { ledger } = of;
    const last = jobsOf("04-notice").filter(
      (job) => !isImport(job) && !player.lacks.has(job.words[0] ?? ""),
    );
    const ask = async (): Promise<unknown[]> => {
      const answers = await Promise.all(last.map(({ words }) => player.asking(words)));
      return answers.map(({ knownAt: _knownAt, ...rest }) => rest);
    };
    const before = await ask();
    await rebuild(ledger.pool, ledger.log, ledger.projections);
    t.strictSame(await ask(), before);
    const { position } = await ledger.log.head();
    await ledger.projector.reach(position);
    t.match(await verify(ledger.pool, ledger.log, ledger.projections, position), { ok: true });
  });
});

/** The files of the first phase, whose kinds other tests import by the command line. */
async function importBase(t: Test, place: LedgerPlace): Promise<void> {
  const ledger = await testLedgerAt(t, place);
  await ledger.open({ demo: false });
  for (const job of jobsOf("01-base")) {
    const [, kind = "", name = ""] = job.words;
    const path = join(distributionSample, job.phase, name);
    const found = await importFile(ledger.handler, kind, path, { actor: "示例", rejected: null });
    judgeAll(t, job, { exit: 0, ...found });
  }
  await ledger.close();
}

/** Both copies of a list, as the command line writes them, by the programs that outsiders have. */
async function proveOne(t: Test, folder: string, env: Readonly<Record<string, string>>) {
  for (const copy of ["full", "public"]) {
    const { stdout } = await sunshine(["list", "JH-00005", "--copy", copy, "--json"], { env });
    await writeFile(join(folder, `${copy}.json`), stdout);
  }
  for (const [program, needs] of [
    ["list-check.py", ["python3"]],
    ["list-check.sh", ["jq", "openssl"]],
  ] as const) {
    const missing = needs.find(
      (name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0,
    );
    const skip = missing !== undefined && `${missing} is not installed`;
    await t.test(`by ${program}`, { skip }, (t) => {
      const path = join(projectRoot, "docs", program);
      const run = (...files: string[]) =>
        spawnSync(path.endsWith(".py") ? "python3" : "bash", [path, ...files], { cwd: folder });
      t.equal(run("full.json", "public.json").status, 0);
      t.end();
    });
  }
}
