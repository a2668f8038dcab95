// An older program that still runs on a database which a newer one would change, and a process that
// holds the claim to project and does not project.
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Test } from "tap";
import { t as suite, test } from "tap";
import { openEmbedded } from "../../src/database/embedded.ts";
import { projectRoot } from "../../src/root.ts";
import { anotherBuild } from "../support/builds.ts";
import { testDatabase } from "../support/database.ts";
import { sample } from "../support/sample.ts";
import type { Running } from "../support/sunshine.ts";
import { answer, ready, start } from "../support/sunshine.ts";

const folder = await mkdtemp(join(tmpdir(), "sunshine-older-program-"));
suite.teardown(() => rm(folder, { recursive: true, force: true }));

/** What makes a build's limits short: it waits so long for older programs to end. */
const quick = (graceMs: string) => ({
  "dist/src/database/other-programs.js": (text: string) =>
    text.replace("graceDefaultMs = 10_000", `graceDefaultMs = ${graceMs}`),
  "dist/src/app/project.js": (text: string) =>
    text.replace("stallDefaultMs = 60_000", "stallDefaultMs = 2_000"),
});
/** Of builds that are refused, which is the sooner the better. */
const hasty = "500";

/** A build that has a migration more. */
async function newerBuild(name: string, graceMs: string): Promise<string> {
  const names = (await readdir(join(projectRoot, "migrations"))).filter((name) => /^\d/.test(name));
  const number = String(names.length + 1).padStart(4, "0");
  return anotherBuild(join(folder, name), {
    ...quick(graceMs),
    [`migrations/${number}_more.sql`]: () => "CREATE TABLE more ();",
  });
}

/** Ends a service by itself, so that it stops its embedded server too. */
async function stop(service: Running): Promise<void> {
  service.child.kill("SIGTERM");
  await service.ended;
}

/** The verbs of a ledger, by a build: the one under test where none is named. */
function ledgerAt(data: string, env: Readonly<Record<string, string>> = {}) {
  const verb = (words: string[], build?: string) =>
    answer([...words, "--data", data], { env, ...(build === undefined ? {} : { build }) });
  const file = (kind: string) => ["import", kind, join(sample, `${kind}.csv`)];
  return {
    verify: (build?: string) => verb(["verify"], build),
    record: (kind: string, build?: string) => verb(file(kind), build),
    serve: async (t: Test, build?: string): Promise<Running> => {
      const options = build === undefined ? {} : { build };
      const words = ["start", "--no-demo", "--json", "--data", data];
      const service = start(words, { env: { PORT: "0", ...env }, ...options });
      t.teardown(() => service.child.kill("SIGKILL"));
      await ready(service);
      return service;
    },
  };
}

const newer = await newerBuild("newer", "6_000");
const newerAndHasty = await newerBuild("newer-and-hasty", hasty);

/** An embedded ledger; its server is kept running, for its start proves nothing here. */
async function embeddedLedger(t: Test, name: string) {
  const data = join(folder, name);
  const server = await openEmbedded(data);
  t.teardown(() => server.release());
  return ledgerAt(data);
}

/** A ledger in a database of its own server, or in one that the environment names. */
async function ledgerIn(t: Test, where: "embedded" | "external", name: string) {
  if (where === "embedded") return embeddedLedger(t, name);
  const data = join(folder, `${name}-${where}`);
  const { connectionString } = await testDatabase(t);
  const keyFile = `${data}.key`;
  await writeFile(keyFile, randomBytes(32).toString("hex"), { mode: 0o600 });
  return ledgerAt(data, { DATABASE_URL: connectionString, VAULT_KEY_FILE: keyFile });
}

for (const where of ["embedded", "external"] as const) {
  test(`a newer program beside a service of an older version, ${where}`, async (t) => {
    const ledger = await ledgerIn(t, where, "beside");
    t.equal((await ledger.record("roster")).status, 0);
    const service = await ledger.serve(t);

    const refused = await ledger.verify(newerAndHasty);
    t.equal(refused.status, 2, "is refused");
    const message = new RegExp(`older version .*sunshine start ${service.child.pid ?? ""}.*stop`);
    t.match(refused.document, { error: { code: "OlderProgramRunning", message } });
    t.equal((await ledger.record("organisations")).status, 0, "the older one goes on");
    t.match((await ledger.verify()).document, { ok: true }, "and nothing was migrated");

    const waiting = ledger.verify(newer);
    await sleep(1_500);
    service.child.kill("SIGTERM");
    t.match((await waiting).document, { ok: true }, "it goes on once the older one has ended");
    const late = await ledger.verify();
    t.match(late, { status: 2, document: { error: { code: "MigrationUnknown" } } });
  });

  test(`two newer programs at once on a database of before, ${where}`, async (t) => {
    const ledger = await ledgerIn(t, where, "at-once");
    t.equal((await ledger.record("roster")).status, 0);
    const both = await Promise.all([ledger.verify(newer), ledger.verify(newer)]);
    t.match(both, [{ document: { ok: true } }, { document: { ok: true } }], "both go on");
    const service = await ledger.serve(t, newer);
    t.match((await ledger.verify(newer)).document, { ok: true }, "as beside a service like them");
    await stop(service);
  });
}

test("a read model that a running older service does not know", async (t) => {
  const older = await anotherBuild(join(folder, "older"), {
    "dist/projections/index.js": (text) => text.replace(/^ +vaultReferences,\n/m, ""),
  });
  const current = await anotherBuild(join(folder, "current"), quick(hasty));
  const ledger = await embeddedLedger(t, "model");
  t.equal((await ledger.record("roster", older)).status, 0);
  const service = await ledger.serve(t, older);
  const refused = await ledger.verify(current);
  t.match(refused, { status: 2, document: { error: { code: "OlderProgramRunning" } } });
  await stop(service);
  t.match((await ledger.verify(current)).document, { ok: true }, "is built once it is stopped");
});

test("a service that holds the claim to project and does not project", async (t) => {
  const build = await anotherBuild(join(folder, "impatient"), quick(hasty));
  const ledger = await embeddedLedger(t, "stalled");
  t.equal((await ledger.record("roster")).status, 0);
  const service = await ledger.serve(t);
  service.child.kill("SIGSTOP");
  const message = new RegExp(
    `\\(all\\).* at position \\d+, \\d+ is .*start ${service.child.pid ?? ""}`,
  );
  const stalled = { status: 70, document: { error: { code: "ProjectingStalled", message } } };
  t.match(await ledger.record("organisations", build), stalled, "an import says why it ends");
  t.match(await ledger.verify(build), stalled, "so does a verb that waits for the head");
  service.child.kill("SIGCONT");
  t.match((await ledger.verify(build)).document, { ok: true }, "and nothing is lost");
  await stop(service);
});
