import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "tap";
import { availability, Silent } from "../../src/log/eventstoredb/availability.ts";
import { LogUnavailable } from "../../src/log/event-log.ts";
import { fails } from "../support/fails.ts";
import { nodeProgram } from "../support/node-program.ts";

void test("a server that is known to be away", async (t) => {
  const { patiently, noteAway } = availability();
  t.equal(await patiently(() => Promise.resolve(7)), 7);
  noteAway();
  let asked = 0;
  let answer: (value: number) => void = () => undefined;
  const first = patiently(() => {
    asked += 1;
    return new Promise<number>((resolve) => (answer = resolve));
  });
  const began = performance.now();
  const others = await Promise.allSettled(Array.from({ length: 100 }, () => patiently(never)));
  t.ok(others.every((one) => one.status === "rejected" && one.reason instanceof LogUnavailable));
  t.ok(performance.now() - began < 1_000, "who asks meanwhile hears at once");
  t.equal(asked, 1);
  answer(1);
  t.equal(await first, 1, "one asks");
  t.equal(await patiently(() => Promise.resolve(8)), 8, "and then it is there again");
});

void test("a server that says nothing while it is away", async (t) => {
  const { patiently, noteAway } = availability();
  noteAway();
  await fails(t, patiently(never), LogUnavailable);
});

void test("an error that does not pass", async (t) => {
  const { patiently } = availability();
  await fails(
    t,
    patiently(() => Promise.reject(new Error("of another kind"))),
    /of another kind/,
  );
  let attempts = 0;
  const found = await patiently(async () => {
    attempts += 1;
    await sleep(1);
    if (attempts < 3) throw new Silent("nothing");
    return attempts;
  });
  t.equal(found, 3, "one that does is tried again");
});

function never(): Promise<never> {
  return new Promise(() => undefined);
}

void test("no node of a cluster answers", async (t) => {
  // As a service has it: a rejection that nobody handles ends the process.
  const child = spawn(
    process.execPath,
    ["--unhandled-rejections=strict", ...nodeProgram("support/unreachable-child")],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  child.stdout.on("data", (text: Buffer) => (said += text.toString()));
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const [status] = (await once(child, "close")) as [number];
  t.equal(status, 0, said);
  t.match(said, /LogUnavailable/);
});
