// 定案, instruct and the import of a bank's answers, killed with SIGKILL at random moments and done
// again, and by two processes at once: no line is paid twice and none forgotten. KILLS says how
// often (3), KILLS_SEED the seed.
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import tap, { type Test, test } from "tap";
import { verify } from "../../src/app/verify.ts";
import { resolveKnownAt } from "../../src/queries/as-of.ts";
import { judgedPayments } from "../../src/queries/payments.ts";
import { randomSource } from "../support/county.ts";
import { nodeProgram } from "../support/node-program.ts";
import { draft, settle } from "../support/paying-county.ts";
import type { LedgerPlace } from "../support/service.ts";
import { ledgerPlace, testLedgerAt } from "../support/service.ts";

tap.setTimeout(7_200_000);
const kills = Number(process.env["KILLS"] ?? 3);
const seed = Number(process.env["KILLS_SEED"] ?? Date.now() % 1_000_000_000);
const households = 400;
/** What a process says when it begins with a part. */
const parts = ["定案", "批准", "instruct", "import"] as const;

interface Said {
  readonly status: number | null;
  readonly last: string;
  readonly errors: string;
}

/** Starts a process; it may be killed some time after it begins with a part. */
async function run(
  { dataDir, env }: LedgerPlace,
  plan: string,
  name: string,
  killed?: { readonly part: string; readonly afterMs: number },
): Promise<Said> {
  const { PATH = "", HOME = "" } = process.env;
  const args = [...nodeProgram("support/paying-child"), dataDir, plan, name];
  const running = spawn(process.execPath, args, {
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [last, errors] = ["", ""];
  createInterface(running.stdout).on("line", (line) => {
    last = line;
    if (line === killed?.part) void sleep(killed.afterMs).then(() => running.kill("SIGKILL"));
  });
  running.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const status = await new Promise<number | null>((resolve) => running.once("close", resolve));
  return { status, last, errors };
}

/** A county with plans over all of its households. */
async function place(t: Test, plans: readonly string[]): Promise<LedgerPlace> {
  const found = await ledgerPlace(t);
  await mkdir(found.dataDir, { recursive: true });
  const ledger = await testLedgerAt(t, found);
  await ledger.open({ demo: false });
  await settle(ledger, households);
  const basis = new Map(Array.from({ length: households }, (_, at) => [at + 1, `${1 + (at % 7)}`]));
  for (const plan of plans) await draft(ledger, { plan, basis, pool: "123456.78" });
  await ledger.close();
  return found;
}

/** Every line is instructed once and answered once. */
async function check(t: Test, found: LedgerPlace, plan: string): Promise<void> {
  const ledger = await testLedgerAt(t, found);
  const { position } = await resolveKnownAt(ledger);
  await ledger.projector.reach(position);
  const all = await judgedPayments(ledger.pool, "plan = $1", [plan], position);
  const lines = new Set(all.map(({ row }) => row.line));
  t.strictSame([all.length, lines.size], [households, households], `${plan}: each line once`);
  const states = (state: string) => all.filter((one) => one.state === state).length;
  t.strictSame([states("rejected"), states("credited")], [3, households - 3], "each answered");
  const checked = await verify(ledger.pool, ledger.log, ledger.projections, position);
  t.ok(checked.ok, checked.differences.slice(0, 3).join("; "));
  await ledger.close();
}

test(`paying, killed ${kills} times (seed ${seed})`, async (t) => {
  const random = randomSource(seed);
  const perPlan = 3;
  const plans = Array.from({ length: Math.ceil(kills / perPlan) }, (_, at) => `JH${at + 1}`);
  const found = await place(t, plans);
  let killed = 0;
  for (const plan of plans) {
    for (let nth = 0; nth < perPlan; nth++) {
      const part = random.pick(parts);
      const afterMs = random.below(part === "定案" ? 600 : 300);
      const { status } = await run(found, plan, "killed", { part, afterMs });
      if (status === null) killed += 1;
    }
    const { status, errors } = await run(found, plan, "last");
    t.equal(status, 0, errors);
  }
  t.ok(killed > 0 || kills === 0, `${killed} were killed`);
  for (const plan of plans) await check(t, found, plan);
});

test("two processes pay one plan and import the same answers at once", async (t) => {
  const found = await place(t, ["JH1"]);
  const both = await Promise.all(["one", "other"].map((name) => run(found, "JH1", name)));
  for (const { status, errors } of both) t.equal(status, 0, errors);
  const said = both.map(({ last }) => JSON.parse(last) as Record<string, number>);
  const sum = (name: string) => said.reduce((all, one) => all + (one[name] ?? 0), 0);
  t.equal(sum("instructed"), households, "one of them instructs");
  t.equal(sum("credited"), households - 3, "one of them imports");
  t.strictSame([sum("alreadyRecorded"), sum("unmatched"), sum("refused")], [2, 0, 0]);
  await check(t, found, "JH1");
});
