// The service while it is given files whose rows are all refused, four at a time: its memory, and
// how long it takes to say that it is well. REFUSED_ROWS says how many; the are 4000000.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "tap";
import { ready, start } from "../support/sunshine.ts";

const rows = Number(process.env["REFUSED_ROWS"] ?? 200_000);
const filesAtOnce = 4;
const memoryMaxMb = 600;
const healthMaxMs = 1_000;

test("a service given refused rows", { timeout: 900_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "sunshine-e2e-refused-"));
  const words = ["start", "--no-demo", "--data", join(folder, "data"), "--json"];
  const service = start(words, { env: { PORT: "0" } });
  t.teardown(async () => {
    service.child.kill("SIGTERM");
    await service.ended;
    await rm(folder, { recursive: true, force: true });
  });
  const url = await ready(service);

  let slowest = 0;
  let isDone = false as boolean;
  const watching = (async () => {
    while (!isDone) {
      const since = performance.now();
      const health = await fetch(`${url}/health`);
      t.equal(health.status, 200, await health.text());
      slowest = Math.max(slowest, performance.now() - since);
      await sleep(50);
    }
  })();
  const each = Math.floor(rows / filesAtOnce);
  const shapes = ["x\n", "x,y\n", "x\n", "YW-1,租金,2025-01-01\n"];
  const answers = await Promise.all(
    shapes.map(async (row) => {
      const answer = await fetch(`${url}/v1/imports/movements`, {
        method: "POST",
        headers: { "content-type": "text/csv" },
        body: `业务编号,业务类型,业务日期\n${row.repeat(each)}`,
      });
      return (await answer.json()) as { refusedTotal: number; refused: readonly unknown[] };
    }),
  );
  isDone = true;
  await watching;
  for (const { refusedTotal, refused } of answers) {
    t.equal(refusedTotal, each);
    t.equal(refused.length, 1_000);
  }
  const peak = await peakMb(service.child.pid);
  t.comment(`${rows} refused rows: at most ${peak} MB, /health within ${Math.round(slowest)} ms`);
  t.ok(peak < memoryMaxMb, `${peak} MB`);
  if (process.env["REFUSED_ROWS"] !== undefined) t.ok(slowest < healthMaxMs, `${slowest} ms`);
});

/** The most memory that a process had; 0 where the system does not say. */
async function peakMb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, "utf8").catch(() => "");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
}
