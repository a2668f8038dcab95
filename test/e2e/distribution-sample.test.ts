// From a pool to the last answer of a bank, as the contract's sample has it: by the command line
// and over HTTP, on each engine.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { LightMyRequestResponse } from "fastify";
import { type Test, test } from "tap";
import { rebuild } from "../../src/app/rebuild.ts";
import { verify } from "../../src/app/verify.ts";
import { projectRoot } from "../../src/root.ts";
import { eventStoreDbUrl, freshServer, unlessFresh } from "../contract/stores.ts";
import type { SampleJob } from "../support/distribution-sample.ts";
import {
  comparable,
  differences,
  distributionSample,
  documentsById,
  jobsOf,
  SampleBatches,
  samplePhases,
  withDocuments,
  withHashes,
} from "../support/distribution-sample.ts";
import { ledgerPlace, testService } from "../support/service.ts";
import type { TestService } from "../support/service.ts";
import { sunshineHere } from "../support/sunshine.ts";

/** An answer as the sample expects it. */
type Answered = Record<string, unknown>;

/** Asks the ledger as one of its interfaces has it. */
interface Player {
  /** Imports a file, whose text is given. */
  importing(job: SampleJob, text: string): Promise<Answered>;
  /** Imports files of a bank. */
  importingBank(files: readonly BankFile[], profile: string | undefined): Promise<Answered>;
  /** Makes a batch, and answers its instruction too where there is one. */
  instructing(words: readonly string[]): Promise<{ answer: Answered; file: Buffer | undefined }>;
  /** Runs a verb that records. */
  recording(words: readonly string[]): Promise<Answered>;
  /** The answer of a verb; several documents stand under `documents` by their ids. */
  asking(words: readonly string[]): Promise<Answered>;
}

/** A file under the name that the sample gives it. */
interface BankFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const isWrite = ({ words: [verb = ""] }: SampleJob): boolean =>
  /^(import|instruct|settle|close)$/.test(verb);

async function fileOf({ phase, words: [, , name = ""] }: SampleJob): Promise<string> {
  return readFile(join(distributionSample, phase, name), "utf8");
}

async function hashesBy(player: Player): Promise<Map<string, string>> {
  const { documents } = await player.asking(["plans"]);
  const plans = Object.entries(documents as Record<string, { list: { hash: string } | null }>);
  return new Map(plans.flatMap(([plan, { list }]) => (list === null ? [] : [[plan, list.hash]])));
}

/** Plays a phase: what is asked between two jobs that record is asked at once. */
async function play(t: Test, phase: string, player: Player, batches: SampleBatches): Promise<void> {
  const reads: SampleJob[] = [];
  const answer = async (): Promise<void> => {
    const queue = reads.splice(0);
    const worker = async (): Promise<void> => {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        judge(t, job, await player.asking(batches.filled(job.words)));
      }
    };
    await Promise.all([worker(), worker(), worker()]);
  };
  for (const job of jobsOf(phase)) {
    if (!isWrite(job)) {
      reads.push(job);
      continue;
    }
    await answer();
    await record(t, job, player, batches);
  }
  await answer();
}

async function record(t: Test, job: SampleJob, player: Player, batches: SampleBatches) {
  const words = batches.filled(job.words);
  if (words[0] === "instruct") {
    const { answer, file } = await player.instructing(words);
    judge(t, job, answer);
    if (file !== undefined) t.strictSame(batches.instructed(job, file), [], "its payments");
    return;
  }
  if (words[0] !== "import") {
    judge(t, job, await player.recording(words));
    return;
  }
  if (words[1] === "bank") {
    const at = words.indexOf("--profile");
    const names = words.slice(2, at < 0 ? undefined : at);
    const profile = at < 0 ? undefined : words[at + 1];
    const files = names.map((name) => ({ name, bytes: batches.fileOf(job, name) }));
    const found = await player.importingBank(files, profile);
    batches.told(found["unmatched"] as { entry: string }[]);
    judge(t, job, found);
    return;
  }
  const text = await fileOf(job);
  const filled = text.includes("{hash") ? withHashes(text, await hashesBy(player)) : text;
  judge(t, job, await player.importing(job, filled));
  await importAgain(t, job, player, filled);
}

/** What a file has recorded is sent again; what was refused would be judged anew. */
async function importAgain(t: Test, job: SampleJob, player: Player, text: string): Promise<void> {
  const refused = new Set((job.wanted["refused"] as { row: number }[]).map(({ row }) => row));
  const kept = text.split("\n").filter((_, at) => !refused.has(at + 1));
  const { recorded, refused: none } = await player.importing(job, kept.join("\n"));
  t.strictSame([recorded, none], [0, []], `${job.phase} ${job.n}: nothing is recorded twice`);
}

function judge(t: Test, { phase, n, words, wanted }: SampleJob, found: Answered): void {
  const lacking = differences(comparable(found), comparable(wanted));
  t.strictSame(lacking, [], `${phase} ${n}: ${words.join(" ")}`);
}

/** The command line, whose files lie in a folder of their own. */
function commandLine(folder: string, env: Readonly<Record<string, string>>): Player {
  // The words name files of the folder.
  process.chdir(folder);
  const say = (words: readonly string[]) => sunshineHere([...words, "--json"], { env });
  return {
    importing: async ({ words: [verb = "", kind = "", name = "", flag] }, text) => {
      await writeFile(join(folder, name), text);
      const more = flag === undefined ? [] : [flag, join(distributionSample, "documents")];
      const { status, stdout } = await say([verb, kind, name, ...more]);
      return { exit: status, ...(JSON.parse(stdout) as object) };
    },
    importingBank: async (files, profile) => {
      for (const { name, bytes } of files) await writeFile(join(folder, name), bytes);
      const names = files.map(({ name }) => name);
      const more = profile === undefined ? [] : ["--profile", profile];
      const { status, stdout } = await say(["import", "bank", ...names, ...more]);
      return { exit: status, ...(JSON.parse(stdout) as object) };
    },
    instructing: async (words) => {
      const { status, stdout } = await say(words);
      const answer = { exit: status, ...(JSON.parse(stdout) as object) };
      if (status !== 0) return { answer, file: undefined };
      return { answer, file: await readFile(join(folder, words.at(-1) ?? "")) };
    },
    recording: async (words) => {
      const { status, stdout } = await say(words);
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
      if (words[0] === "profiles") return { exit };
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
  const told = (found: LightMyRequestResponse): Answered => {
    const answer = found.json<Answered>();
    if (found.statusCode >= 400) return { exit: 1, error: { code: answer["code"] } };
    if (typeof answer["position"] === "string") atLeast = answer["position"];
    const { refused = [], closed } = answer as { refused?: unknown[]; closed?: boolean };
    const isDone = closed !== false && refused.length === 0;
    return { exit: isDone ? 0 : 1, ...answer };
  };
  return {
    importing: async ({ words: [, kind = ""] }, text) => {
      const csv = { "content-type": "text/csv" };
      return told(await post(`/v1/imports/${kind}`, withDocuments(text), csv));
    },
    importingBank: async (files, profile) => {
      const query = profile === undefined ? "" : `?profile=${profile}`;
      const [only, ...more] = files;
      const { body, type } =
        more.length === 0
          ? { body: only?.bytes ?? Buffer.alloc(0), type: "application/xml" }
          : formOf(files);
      return told(await post(`/v1/imports/bank${query}`, body, { "content-type": type }));
    },
    instructing: async ([, ...words]) => {
      const plans = words.slice(0, words.indexOf("--account"));
      const { out: _out, ...choices } = flagsOf(words.slice(plans.length));
      const key = { "idempotency-key": `batch of ${plans.join(" ")} on ${choices["on"] ?? ""}` };
      const first = await post("/v1/instruct", { plans, ...choices }, key);
      const answer = told(first);
      if (answer["exit"] !== 0) return { answer, file: undefined };
      const second = await post("/v1/instruct", { plans, ...choices }, key);
      if (second.payload !== first.payload) throw new Error("a retry is answered as the first");
      const read = () => get(answer["instruction"] as string);
      const [file, again] = [await read(), await read()];
      if (file.statusCode !== 200 || !file.rawPayload.equals(again.rawPayload)) {
        throw new Error(`the instruction is not the same again: ${file.payload}`);
      }
      return { answer, file: file.rawPayload };
    },
    recording: async ([verb = "", of = "", ...flags]) => {
      const named = verb === "close" ? { month: of } : { entry: of };
      const undo = flags.includes("--undo") ? { undo: true } : {};
      const choices = flagsOf(flags.filter((flag) => flag !== "--undo"));
      return told(await post(`/v1/${verb}`, { ...named, ...undo, ...choices }));
    },
    asking: async (words) => {
      if (words[0] === "profiles") {
        return { exit: (await get("/v1/profiles")).statusCode === 200 ? 0 : 1 };
      }
      const answer = told(await get(`${urlOf(words)}&atLeast=${atLeast}`));
      const { plans, items, next } = answer as Record<string, Answered[]>;
      if (next != null) throw new Error("the sample's households are one page");
      const documents = plans ?? items;
      if (documents !== undefined) return { exit: 0, documents: documentsById(documents) };
      return answer;
    },
  };
}

function formOf(files: readonly BankFile[]): { body: Buffer; type: string } {
  const boundary = "----sample";
  const parts = files.flatMap(({ name, bytes }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
        "Content-Type: application/xml\r\n\r\n",
    ),
    bytes,
    Buffer.from("\r\n"),
  ]);
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { body, type: `multipart/form-data; boundary=${boundary}` };
}

function flagsOf(words: readonly string[]): Record<string, string> {
  const flags: Record<string, string> = {};
  for (let i = 0; i < words.length; i += 2) {
    flags[(words[i] ?? "").slice(2)] = words[i + 1] ?? "";
  }
  return flags;
}

/** The address of what a verb asks. */
function urlOf([verb = "", ...words]: readonly string[]): string {
  const of = words[0]?.startsWith("--") === false ? words[0] : "";
  const { copy = "", out: _out, next: _next, ...choices } = flagsOf(words.slice(of === "" ? 0 : 1));
  const paths: Record<string, string> = {
    plan: `/v1/plans/${of}`,
    plans: "/v1/plans",
    list: `/v1/plans/${of}/list/${copy}`,
    notice: `/v1/plans/${of}/notice`,
    steps: `/v1/plans/${of}/steps/next`,
    reconcile: "/v1/reconcile",
    statement: `/v1/${of.startsWith("ORG") ? "organisations" : "households"}/${of}/statement`,
    statements: "/v1/statements?limit=1000",
  };
  const path = paths[verb];
  if (path === undefined) throw new Error(`there is no route for ${verb}`);
  return `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams(choices).toString()}`;
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
  test(`the sample of distribution on ${engine}`, { ...unless, timeout: 600_000 }, async (t) => {
    const place = await ledgerPlace(t);
    if (engine === "EventStoreDB") await freshServer(t, place.env["DATABASE_URL"] ?? "");
    const folder = await mkdtemp(join(tmpdir(), "sunshine-distribution-"));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const env = { ...place.env, ...log };
    const player = commandLine(folder, env);
    const batches = new SampleBatches();
    for (const phase of samplePhases) {
      await t.test(`${phase} by the command line`, (t) => play(t, phase, player, batches));
    }
    await t.test("full and public copy are shown to be one list", (t) => proveOne(t, folder, env));
    await t.test("is in order, and is so when it is derived anew", async (t) => {
      const before = await player.asking(["plans"]);
      t.equal((await sunshineHere(["rebuild", "--json"], { env })).status, 0);
      t.strictSame(await player.asking(["plans"]), before, "and says the same");
      const { status, stdout } = await sunshineHere(["verify", "--json"], { env });
      t.equal(status, 0);
      t.match(JSON.parse(stdout), { ok: true, differences: [] });
    });
  });

  test(`the sample of distribution over HTTP on ${engine}`, {
    ...unless,
    timeout: 240_000,
  }, async (t) => {
    const place = await ledgerPlace(t);
    if (engine === "EventStoreDB") await freshServer(t, place.env["DATABASE_URL"] ?? "");
    const of = await testService(t, { place: { ...place, env: { ...place.env, ...log } } });
    const player = service(of);
    const batches = new SampleBatches();
    for (const phase of samplePhases) {
      await t.test(`${phase}, and every file again`, (t) => play(t, phase, player, batches));
    }
    await t.test("is there as files", (t) => readFiles(t, of));
    await t.test("is derived anew as it was", async (t) => {
      const { ledger } = of;
      const last = jobsOf("08-end").filter((job) => !isWrite(job));
      const ask = async (): Promise<unknown[]> => {
        const answers = await Promise.all(
          last.map(({ words }) => player.asking(batches.filled(words))),
        );
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
}

/** What a plan is printed and completed from. */
async function readFiles(t: Test, { get }: TestService): Promise<void> {
  const sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  for (const [path, type, begins] of [
    ["notice?format=html", "text/html; charset=utf-8", "<!"],
    ["notice?format=pdf", "application/pdf", "%PDF-"],
    ["list/public?format=csv", "text/csv", "\ufeffline,"],
    ["list/full?format=xlsx", sheet, "PK"],
    ["steps/next?format=csv", "text/csv", "\ufeff步骤编号,"],
    ["steps/next?format=xlsx", sheet, "PK"],
  ] as const) {
    const found = await get(`/v1/plans/JH-00001/${path}`);
    t.equal(found.statusCode, 200, path);
    t.equal(found.headers["content-type"], type);
    t.equal(found.headers["content-length"], String(found.rawPayload.length));
    t.ok(found.rawPayload.toString("utf8").startsWith(begins), path);
  }
  const none = await get("/v1/plans/JH-00012/notice?format=pdf");
  t.match(none.json(), { status: 404, code: "StepOutOfOrder" });
  t.equal((await get("/v1/plans/JH-00001/notice?format=docx")).statusCode, 400);
}

/** Both copies of a list, as the command line writes them, by the programs that outsiders have. */
async function proveOne(t: Test, folder: string, env: Readonly<Record<string, string>>) {
  for (const copy of ["full", "public"]) {
    const { stdout } = await sunshineHere(["list", "JH-00005", "--copy", copy, "--json"], { env });
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
