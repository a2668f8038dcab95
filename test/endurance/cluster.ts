// Two services and, for a while, a third with a database of its own, on an EventStoreDB cluster;
// 32 writers, and faults in random order. Every command that was acknowledged stands once and
// counts, and every other answer was true.
//   EVENTSTOREDB_URL    the cluster, empty
//   EVENTSTOREDB_NODES  a command with `kill N` and `startnode N` for each node, from 1
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import pg from "pg";
import { runningServer } from "../../src/database/embedded.ts";
import { randomSource } from "../support/county.ts";
import { start, sunshine } from "../support/sunshine.ts";
import type { Running } from "../support/sunshine.ts";

const run = promisify(execFile);
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "50" },
    outage: { type: "string", default: "300" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    nodes: { type: "string", default: "3" },
  },
});
const env = {
  LEDGER_LOG: "eventstoredb",
  EVENTSTOREDB_URL: process.env["EVENTSTOREDB_URL"] ?? "",
  LOG_LEVEL: "fatal",
};
const [nodesCommand = "", ...nodesWords] = (process.env["EVENTSTOREDB_NODES"] ?? "").split(" ");
const writers = 32;
const random = randomSource(Number(values.seed));
const wrong: string[] = [];
const tell = (what: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`);
};
const complain = (what: string): void => {
  if (wrong.length < 50) wrong.push(what);
};

/** A service that is kept alive. */
class Service {
  readonly url: string;
  private running: Running | undefined;
  private readonly wanted = new AbortController();
  /** How often it ended by itself. */
  deaths = 0;
  private isKilled = false;

  constructor(dataDir: string, port: number, more: Readonly<Record<string, string>> = {}) {
    this.url = `http://127.0.0.1:${port}`;
    void this.live(dataDir, port, more);
  }

  private async live(dataDir: string, port: number, more: Readonly<Record<string, string>>) {
    const isWanted = (): boolean => !this.wanted.signal.aborted;
    while (isWanted()) {
      this.running = start(["start", "--no-demo", "--data", dataDir], {
        env: { ...env, ...more, PORT: String(port) },
      });
      const { status, stderr } = await this.running.ended;
      if (isWanted() && !this.isKilled) {
        this.deaths += 1;
        tell(`the service at ${port} over ${dataDir} ended with ${String(status)}: ${stderr}`);
      }
      this.isKilled = false;
      await sleep(500);
    }
  }

  get pid(): number {
    return this.running?.child.pid ?? 0;
  }

  kill(): void {
    this.isKilled = true;
    this.running?.child.kill("SIGKILL");
  }

  async end(): Promise<void> {
    this.wanted.abort();
    this.running?.child.kill("SIGTERM");
    await this.running?.ended;
  }
}

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly ms: number;
}

/** After these a command may be recorded or not. */
const ambiguous = new Set(["AppendAmbiguous", "TimedOut", "lost"]);
/** And these say that it is not. */
const truthful = new Set(["Unavailable", "ForeignLedger", "NotReady", "Overloaded", "LogDamaged"]);

async function post(url: string, id: string): Promise<Answer> {
  const since = performance.now();
  const body = JSON.stringify({ organisation: id, name: `名 ${id}`, kind: "enterprise" });
  const headers = { "content-type": "application/json" };
  try {
    const answer = await fetch(`${url}/v1/organisations`, { method: "POST", headers, body });
    const { code = "" } = (await answer.json()) as { code?: string };
    return { status: answer.status, code, ms: performance.now() - since };
  } catch {
    return { status: 0, code: "lost", ms: performance.now() - since };
  }
}

/** Writers that send until they are told to stop; every command until it is acknowledged. */
class Writing {
  readonly acknowledged = new Set<string>();
  readonly answers = new Map<string, number>();
  slowestMs = 0;
  targets: string[] = [];
  private isEnded = false;
  private next = 0;
  private readonly working: Promise<unknown>;

  constructor(targets: readonly string[]) {
    this.targets = [...targets];
    this.working = Promise.all(Array.from({ length: writers }, () => this.write()));
  }

  async end(): Promise<void> {
    this.isEnded = true;
    await this.working;
  }

  private async write(): Promise<void> {
    while (!this.isEnded) await this.record(`QY-${this.next++}`);
  }

  private async record(id: string): Promise<void> {
    let [mayBeRecorded, wasDenied] = [false, false];
    for (;;) {
      const url = random.pick(this.targets);
      const { status, code, ms } = await post(url, id);
      const what = `${status} ${code}`.trim();
      this.answers.set(what, (this.answers.get(what) ?? 0) + 1);
      if (status !== 0) this.slowestMs = Math.max(this.slowestMs, ms);
      if (ms > 30_000 && status !== 0) complain(`${id}: an answer took ${Math.round(ms)} ms`);
      if (status === 201 || status === 200) {
        // A service that loses the claim amid a command finds it recorded: that is no denial.
        if (status === 200 && wasDenied && !mayBeRecorded)
          complain(`${id} was said not to be recorded, and was`);
        this.acknowledged.add(id);
        return;
      }
      if (ambiguous.has(code)) mayBeRecorded = true;
      else if (truthful.has(code)) wasDenied = true;
      else complain(`${id}: ${what}`);
      await sleep(status === 0 ? 500 : 250);
    }
  }
}

const folder = await mkdtemp(join(tmpdir(), "sunshine-cluster-"));
const own = join(folder, "own");
/** A node that begins without the others may end once more by itself. */
async function node(what: "kill" | "startnode", n: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await run(nodesCommand, [...nodesWords, what, String(n)]);
      return;
    } catch (error) {
      if (attempt === 5) throw error;
      await sleep(2_000);
    }
  }
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client((await runningServer(own)) ?? "");
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The service that holds the claim. */
async function writer(services: readonly Service[]): Promise<Service | undefined> {
  const rows = await query(`SELECT application_name FROM pg_stat_activity
    WHERE pid = (SELECT pid FROM claim_holders WHERE claim = 'writer')`);
  const name = String(rows[0]?.["application_name"]);
  return services.find(({ pid }) => name.endsWith(` ${pid}`));
}

async function endure(): Promise<void> {
  await mkdir(own, { recursive: true });
  const opened = await sunshine(["verify", "--data", own], { env });
  if (opened.status !== 0) throw new Error(opened.stderr);
  const services = [new Service(own, 18_081), new Service(own, 18_082)];
  const urls = services.map(({ url }) => url);
  await allHealthy(urls);
  const writing = new Writing(urls);
  const faults: Record<string, () => Promise<unknown>> = {
    "the claim's session is cut": () =>
      query(`SELECT pg_terminate_backend(pid) FROM claim_holders WHERE claim = 'writer'`),
    "the writer is stopped": async () => {
      const stopped = await writer(services);
      if (stopped === undefined) return;
      const { pid } = stopped;
      process.kill(pid, "SIGSTOP");
      await sleep(random.between(5, 22) * 1_000);
      process.kill(pid, "SIGCONT");
    },
    "a service is killed": () => {
      random.pick(services).kill();
      return Promise.resolve();
    },
    "a node is killed": async () => {
      const n = random.between(1, Number(values.nodes));
      await node("kill", n);
      await sleep(3_000);
      await node("startnode", n);
    },
    "another database": () => anotherDatabase(writing, urls),
  };
  const thrown: Record<string, number> = {};
  for (let round = 0; round < Number(values.rounds); round++) {
    const [name, begin] = random.pick(Object.entries(faults));
    tell(`${round + 1}: ${name}; ${writing.acknowledged.size} acknowledged`);
    await begin();
    thrown[name] = (thrown[name] ?? 0) + 1;
    await comesBack(writing, name);
  }
  const outages: object[] = [];
  for (const away of Number(values.outage) > 0 ? [2, 3] : []) {
    outages.push(await outage(writing, urls, away));
  }
  await writing.end();
  const before = await comparison(urls[0] ?? "", writing);
  await Promise.all(services.map((service) => service.end()));
  const verified = await sunshine(["verify", "--json", "--data", own], { env });
  const verification = JSON.parse(verified.stdout) as { ok: boolean; differences: string[] };
  const deaths = services.map((service) => service.deaths);
  const { acknowledged, answers, slowestMs } = writing;
  const report = {
    ok: verification.ok && wrong.length === 0 && deaths.every((count) => count === 0),
    seed: values.seed,
    acknowledged: acknowledged.size,
    answers: Object.fromEntries(answers),
    slowestMs: Math.round(slowestMs),
    thrown,
    outages,
    deaths,
    ...before,
    wrong,
    verify: { ok: verification.ok, differences: verification.differences },
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (!report.ok) process.exitCode = 1;
}

async function allHealthy(urls: readonly string[]): Promise<void> {
  for (const url of urls) {
    for (let looks = 0; ; looks++) {
      const answer = await fetch(`${url}/health`).catch(() => undefined);
      if (answer?.ok === true) break;
      if (looks > 240) throw new Error(`${url} is not healthy`);
      await sleep(500);
    }
  }
}

/** Commands are acknowledged again. */
async function comesBack(writing: Writing, after: string): Promise<number> {
  const began = performance.now();
  const before = writing.acknowledged.size;
  while (writing.acknowledged.size < before + 10 * writers) {
    await sleep(200);
    if (performance.now() - began < 120_000) continue;
    complain(`after ${after} nothing is recorded`);
    break;
  }
  return Math.round(performance.now() - began);
}

/** A service over a database of its own takes the claim; then it goes, and ours is it again. */
async function anotherDatabase(writing: Writing, urls: readonly string[]): Promise<void> {
  const other = join(folder, `other-${random.between(1, 1_000_000)}`);
  await query(`SELECT pg_terminate_backend(pid) FROM claim_holders WHERE claim = 'writer'`);
  const third = new Service(other, 18_083, { VAULT_KEY_FILE: join(own, "vault.key") });
  await allHealthy([third.url]);
  writing.targets = [...urls, third.url];
  await sleep(4_000);
  writing.targets = [...urls];
  await sleep(1_000);
  await third.end();
  const adopted = await sunshine(["rebuild", "event_index", "--adopt", "--data", own], { env });
  if (adopted.status !== 0) complain(`adopting ended with ${adopted.stderr}`);
  await rm(other, { recursive: true, force: true });
}

/** So many nodes are away. */
async function outage(writing: Writing, urls: readonly string[], away: number) {
  const seconds = Number(values.outage);
  tell(`${away} nodes are away for ${seconds} s`);
  const before = new Map(writing.answers);
  writing.slowestMs = 0;
  for (let n = 1; n <= away; n++) await node("kill", n);
  const until = Date.now() + seconds * 1_000;
  const [reads, health] = [new Map<number, number>(), new Map<number, number>()];
  let slowestReadMs = 0;
  await sleep(10_000);
  while (Date.now() < until) {
    const since = performance.now();
    const read = await fetch(`${urls[0] ?? ""}/v1/organisations?limit=10`).catch(() => undefined);
    slowestReadMs = Math.max(slowestReadMs, performance.now() - since);
    reads.set(read?.status ?? 0, (reads.get(read?.status ?? 0) ?? 0) + 1);
    const looked = await fetch(`${urls[0] ?? ""}/health`).catch(() => undefined);
    health.set(looked?.status ?? 0, (health.get(looked?.status ?? 0) ?? 0) + 1);
    await sleep(1_000);
  }
  for (let n = 1; n <= away; n++) await node("startnode", n);
  const backMs = await comesBack(writing, `${away} nodes were away`);
  const answers = [...writing.answers].map(([what, n]) => [what, n - (before.get(what) ?? 0)]);
  return {
    away,
    seconds,
    backMs,
    slowestMs: Math.round(writing.slowestMs),
    answers: Object.fromEntries(answers.filter(([, n]) => n !== 0)) as object,
    reads: Object.fromEntries(reads),
    slowestReadMs: Math.round(slowestReadMs),
    health: Object.fromEntries(health),
  };
}

/** What of the acknowledged is not there, and whether what is there was acknowledged. */
async function comparison(url: string, { acknowledged }: Writing) {
  await allHealthy([url]);
  await sleep(3_000);
  const there: string[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const from: string = after === "" ? "" : `&after=${encodeURIComponent(after)}`;
    const answer = await fetch(`${url}/v1/organisations?limit=1000${from}`);
    const page = (await answer.json()) as {
      items: { organisation: string }[];
      next: string | null;
    };
    there.push(...page.items.map(({ organisation }) => organisation));
    after = page.next;
  }
  const known = new Set(there);
  const lost = [...acknowledged].filter((id) => !known.has(id));
  if (lost.length > 0) complain(`lost: ${lost.slice(0, 10).join(" ")}`);
  if (known.size !== there.length) complain("some stand twice");
  return { there: there.length, lost: lost.length, doubled: there.length - known.size };
}

try {
  await endure();
} finally {
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}
process.exit();
