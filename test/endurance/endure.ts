// Whether the service holds: minutes of load at half of what it can do, first in peace, then with
// faults thrown in. Says at the end what was measured and whether anything was lost or doubled.
//
//   npm run build && npm run endure -- --minutes 30
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { randomSource } from "../support/county.ts";
import { sunshine } from "../support/sunshine.ts";
import { countyFiles, householdNumbers } from "./county.ts";
import type { Fault } from "./faults.ts";
import { faultsOf } from "./faults.ts";
import type { Load, Times } from "./load.ts";
import { fenIn, loadOn } from "./load.ts";
import type { KeptService, Life } from "./service.ts";
import { keepService } from "./service.ts";

const run = promisify(execFile);

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    households: { type: "string", default: "500" },
    port: { type: "string", default: "18480" },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const peakSeconds = 20;
/** The share of the time that is quiet, and the pause between two faults. */
const quietShare = 0.2;
const pauseMs = 20_000;
const memoryMaxMb = 600;
/**
 * From when it was warm until its end a process may grow by so much: what lies about when V8 has
 * not collected for a while comes to 80 MB.
 */
const growthMaxMb = 100;
const healthEveryMs = 500;

function tell(line: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}

/** A folder on a disk of its own, where this user may make one: so that it can be filled. */
async function ownDisk(folder: string): Promise<boolean> {
  const image = `${folder}.image`;
  try {
    await run("truncate", ["-s", "20G", image]);
    await run("mkfs.ext4", ["-q", "-F", image]);
    await mkdir(folder, { recursive: true });
    await run("mount", ["-o", "loop", image, folder]);
    return true;
  } catch {
    tell("no disk of its own can be made here: it is not filled");
    return false;
  }
}

async function importCounty({ url }: KeptService, households: readonly string[]): Promise<void> {
  for (const [kind, body] of countyFiles(households)) {
    for (;;) {
      const answer = await fetch(`${url}/v1/imports/${kind}`, {
        method: "POST",
        headers: { "content-type": "text/csv" },
        body,
      }).catch(() => undefined);
      if (answer?.status === 200) break;
      await sleep(500);
    }
  }
}

/** How long /health takes, and what it answers, while the service is up. */
function watchHealth({ url }: KeptService) {
  const statuses: Record<string, number> = {};
  let slowestMs = 0;
  const look = async (): Promise<void> => {
    const since = performance.now();
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer === undefined) return;
    await answer.arrayBuffer();
    slowestMs = Math.max(slowestMs, performance.now() - since);
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
  };
  const timer = setInterval(() => void look().catch(() => undefined), healthEveryMs);
  return () => {
    clearInterval(timer);
    return { statuses, slowestMs: Math.round(slowestMs) };
  };
}

function figures({ acknowledged, answered, read, statuses }: Times) {
  return {
    acknowledged: percentiles(acknowledged),
    answered: percentiles(answered),
    read: percentiles(read),
    statuses: Object.fromEntries(statuses),
  };
}

function percentiles(times: readonly number[]) {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number =>
    Number(
      (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1),
    );
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

async function throwIn(faults: readonly Fault[], until: number): Promise<Record<string, number>> {
  const random = randomSource(seed);
  const thrown: Record<string, number> = {};
  let left: Fault[] = [];
  while (Date.now() < until) {
    if (left.length === 0) left = [...faults];
    const fault = random.pick(left);
    left = left.filter((other) => other !== fault);
    tell(fault.name);
    try {
      const end = await fault.begin();
      await sleep(fault.seconds * 1_000);
      await end();
      thrown[fault.name] = (thrown[fault.name] ?? 0) + 1;
    } catch (error) {
      tell(`${fault.name}: it could not be done: ${String(error)}`);
    }
    await sleep(pauseMs);
  }
  return thrown;
}

/** What the ledger says of each household beside what was acknowledged. */
async function compare(dataDir: string, { acknowledged }: Load) {
  const verified = await sunshine(["verify", "--json", "--data", dataDir]);
  const listed = await sunshine(["statements", "--json", "--data", dataDir]);
  let [lostFen, doubledFen] = [0n, 0n];
  for (const line of listed.stdout.trim().split("\n")) {
    const { household, total } = JSON.parse(line) as { household: string; total: string };
    const difference = fenIn(total) - (acknowledged.get(household) ?? 0n);
    if (difference < 0n) lostFen -= difference;
    else doubledFen += difference;
  }
  return { verify: JSON.parse(verified.stdout) as { ok: boolean }, lostFen, doubledFen };
}

function isFlat({ warmMb, lastMb, peakMb }: Life): boolean {
  const hasGrown = warmMb !== undefined && lastMb !== undefined && lastMb > warmMb + growthMaxMb;
  return peakMb < memoryMaxMb && !hasGrown;
}

async function endure(folder: string): Promise<boolean> {
  const hasOwnDisk = await ownDisk(folder);
  const dataDir = join(folder, "data");
  const households = householdNumbers(Number(values.households));
  const service = keepService(dataDir, Number(values.port));
  await importCounty(service, households);
  const load = loadOn(service.url, households, seed);
  const stopWatching = watchHealth(service);

  load.phase(Infinity);
  await sleep(5_000);
  const before = load.commands();
  await sleep(peakSeconds * 1_000);
  const peak = (load.commands() - before) / peakSeconds;
  const rate = Math.round(peak / 2);
  const quietMs = minutes * 60_000 * quietShare;
  tell(`seed ${seed}: at most ${Math.round(peak)} commands a second, so ${rate}; quiet now`);
  const quiet = load.phase(rate);
  await sleep(quietMs);
  tell("with faults now");
  const faulty = load.phase(rate);
  const until = Date.now() + minutes * 60_000 - quietMs;
  const thrown = await throwIn(faultsOf(service, dataDir, hasOwnDisk), until);
  await load.end();
  const health = stopWatching();
  const lives = await service.end();
  tell("comparing");
  const { verify, lostFen, doubledFen } = await compare(dataDir, load);
  const isWell =
    verify.ok &&
    lostFen === 0n &&
    doubledFen === 0n &&
    load.wrong.length === 0 &&
    lives.every(isFlat);
  const report = {
    ok: isWell,
    minutes,
    seed,
    peak: Math.round(peak),
    rate,
    commands: load.commands(),
    quiet: figures(quiet),
    faulty: figures(faulty),
    thrown,
    health,
    lives,
    lostFen: String(lostFen),
    doubledFen: String(doubledFen),
    wrong: load.wrong,
    verify,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return isWell;
}

const folder = await mkdtemp(join(tmpdir(), "sunshine-endure-"));
try {
  if (!(await endure(folder))) process.exitCode = 1;
} finally {
  await run("umount", [folder]).catch(() => undefined);
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  await rm(`${folder}.image`, { force: true });
}
