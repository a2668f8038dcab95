// The service as a process of its own, started again whenever it has ended.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../../src/root.ts";

/** How long one process of the service has lived, and its memory. */
export interface Life {
  readonly minutes: number;
  /** Once it was warm, half a minute after its start, and at its end: medians of ten seconds. */
  readonly warmMb: number | undefined;
  readonly lastMb: number | undefined;
  readonly peakMb: number;
}

/** A service that is kept alive. */
export interface KeptService {
  readonly url: string;
  kill(): void;
  /** Ends it for good and answers the lives of its processes. */
  end(): Promise<Life[]>;
}

const sampleEveryMs = 1_000;
const warmAt = 30;
const medianOver = 10;

/** Starts the service over a data folder; needs a build (`npm run build`). */
export function keepService(dataDir: string, port: number): KeptService {
  const lives: Life[] = [];
  let child: ChildProcess | undefined;
  let isEnded = false;
  const live = async (): Promise<void> => {
    while (!isEnded) {
      child = spawnService(dataDir, port);
      const samples = sampleMemory(child);
      const since = performance.now();
      await once(child, "close");
      lives.push(lifeOf((performance.now() - since) / 60_000, await samples));
      await sleep(200);
    }
  };
  const living = live();
  return {
    url: `http://127.0.0.1:${port}`,
    kill: () => child?.kill("SIGKILL"),
    end: async () => {
      isEnded = true;
      child?.kill("SIGTERM");
      await living;
      return lives;
    },
  };
}

function spawnService(dataDir: string, port: number): ChildProcess {
  const bin = join(projectRoot, "bin/sunshine.js");
  const { PATH = "", HOME = "", TMPDIR = "/tmp" } = process.env;
  return spawn(process.execPath, [bin, "start", "--no-demo", "--data", dataDir], {
    env: { PATH, HOME, TMPDIR, PORT: String(port), LOG_LEVEL: "fatal" },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Resident memory in MB, a sample a second, until the process has ended. */
async function sampleMemory(child: ChildProcess): Promise<number[]> {
  const samples: number[] = [];
  while (child.exitCode === null && child.signalCode === null) {
    const status = await readFile(`/proc/${String(child.pid)}/status`, "utf8").catch(() => "");
    const kilobytes = /VmRSS:\s+(\d+)/.exec(status)?.[1];
    if (kilobytes !== undefined) samples.push(Number(kilobytes) / 1_024);
    await sleep(sampleEveryMs);
  }
  return samples;
}

function lifeOf(minutes: number, samples: readonly number[]): Life {
  const median = (some: readonly number[]): number | undefined => {
    const middle = [...some].sort((a, b) => a - b)[some.length >> 1];
    return some.length < medianOver || middle === undefined ? undefined : Math.round(middle);
  };
  return {
    minutes: Number(minutes.toFixed(1)),
    warmMb: median(samples.slice(warmAt, warmAt + medianOver)),
    lastMb: median(samples.slice(-medianOver)),
    peakMb: Math.round(Math.max(0, ...samples)),
  };
}
