import { setTimeout as sleep } from "node:timers/promises";
import { test } from "tap";
import type { CommandBatch } from "../../src/write/commands.ts";
import type { GroupOptions } from "../../src/write/group-commit.ts";
import { groupCommit } from "../../src/write/group-commit.ts";
import type { Outcome } from "../../src/write/handle.ts";

interface Group {
  readonly batch: CommandBatch;
  answer(): void;
  fail(error: Error): void;
}

/** A submitter whose groups are answered when the test says so. */
function submitting(options: GroupOptions = {}) {
  const groups: Group[] = [];
  const handle = (batch: CommandBatch): Promise<Outcome[]> =>
    new Promise((resolve, reject) => {
      const answer = () => {
        resolve(batch.commands.map((command) => ({ status: "recorded", position: command as 0n })));
      };
      groups.push({ batch, answer, fail: reject });
    });
  const { submit } = groupCommit({ handle }, options);
  let next = 0n;
  const send = (count: number, kind: CommandBatch["kind"] = "movements"): Promise<Outcome>[] =>
    Array.from({ length: count }, () => submit(kind, next++, { actor: "test" }));
  const started = async (count: number): Promise<number[]> => {
    while (groups.length < count) await sleep(1);
    return groups.map(({ batch }) => batch.commands.length);
  };
  return { groups, send, started };
}

void test("a caller alone waits for nobody", async (t) => {
  const { groups, send, started } = submitting();
  for (let i = 0; i < 3; i++) {
    const [sent] = send(1);
    await started(i + 1);
    groups[i]?.answer();
    t.strictSame(await sent, { status: "recorded", position: BigInt(i) });
  }
});

void test("callers at once are shared out among two groups", async (t) => {
  const { groups, send, started } = submitting();
  const sent = send(33);
  t.strictSame(await started(2), [17, 16]);
  await sleep(10);
  t.equal(groups.length, 2, "no third group is begun behind two");
  for (const group of groups) group.answer();
  const positions = (await Promise.all(sent)).map((outcome) => ({ ...outcome }));
  t.strictSame(
    positions,
    Array.from({ length: 33 }, (_, i) => ({ status: "recorded", position: BigInt(i) })),
  );
});

void test("those who come first wait for the others, but not for ever", async (t) => {
  const { groups, send, started } = submitting();
  const sent = send(32);
  await started(2);
  groups[0]?.answer();
  await Promise.all(sent.slice(0, 16));
  void send(10);
  // In the same phase of the event loop as the submitter looks at them: no timer comes between.
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(groups.length, 2, "ten of sixteen wait");
  void send(6);
  t.strictSame(await started(3), [16, 16, 16]);
  groups[1]?.answer();
  void send(3);
  t.strictSame(await started(4), [16, 16, 16, 3], "nobody else has come");
});

void test("a group has a limit, and so has what waits for one", async (t) => {
  const { groups, send, started } = submitting({ groupMax: 5, waitingMax: 3 });
  const sent = send(3);
  t.strictSame(await started(2), [2, 1]);
  const waiting = send(3);
  await t.rejects(send(1)[0] as Promise<unknown>, { message: "3 commands wait to be recorded" });
  groups[0]?.answer();
  t.strictSame(await started(3), [2, 1, 2], "half of those who have no answer");
  groups[1]?.answer();
  groups[2]?.answer();
  await started(4);
  groups[3]?.answer();
  t.equal((await Promise.all([...sent, ...waiting])).length, 6, "those before it are recorded");
  const large = submitting({ groupMax: 5 });
  void large.send(12);
  t.strictSame(await large.started(2), [5, 5]);
});

void test("a group holds commands of one kind, in order", async (t) => {
  const { groups, send, started } = submitting();
  void send(2, "movements");
  void send(1, "contracts");
  void send(1, "movements");
  await started(2);
  groups[0]?.answer();
  groups[1]?.answer();
  await started(3);
  t.strictSame(
    groups.map(({ batch }) => [batch.kind, ...batch.commands]),
    [
      ["movements", 0n, 1n],
      ["contracts", 2n],
      ["movements", 3n],
    ],
  );
});

void test("what fails a group fails its callers alone", async (t) => {
  const { groups, send, started } = submitting();
  const [first] = send(1);
  await started(1);
  const [second] = send(1);
  groups[0]?.fail(new Error("the log is gone"));
  await t.rejects(first as Promise<unknown>, { message: "the log is gone" });
  await started(2);
  groups[1]?.answer();
  t.match(await second, { status: "recorded" });
});
