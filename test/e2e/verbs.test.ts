// Every verb, on both engines, in every state: none ends in a fault of ours, and both say the same.
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Test, test } from "tap";
import { eventStoreDbUrl, freshServer, unlessFresh } from "../contract/stores.ts";
import { ledgerPlace, sample, testLedgerAt } from "../support/service.ts";
import { sampleKinds } from "../support/sample.ts";
import type { Said } from "../support/sunshine.ts";
import { sunshine, sunshineHere } from "../support/sunshine.ts";

const household = "5304241022150000";

const nowhere = join(tmpdir(), "sunshine-verbs-batch.xml");

/** The words of each verb; one that `--help` lists and that stands not here fails the test. */
const verbs: Record<string, readonly (readonly string[])[]> = {
  // These run until they are stopped, or in a folder of their own.
  start: [],
  bench: [],
  help: [],
  import: [["import", "organisations", join(sample, "organisations.csv")]],
  statement: [["statement", household]],
  statements: [["statements"], ["statements", "--by", "organisation"]],
  ownership: [
    ["ownership", "GQ-05"],
    ["ownership", household],
  ],
  trail: [["trail", household]],
  contract: [["contract", "HT-00001"]],
  plans: [["plans"]],
  plan: [["plan", "JH-00001"]],
  list: [["list", "JH-00001", "--copy", "public"]],
  steps: [["steps", "JH-00001", "--next", join(tmpdir(), "sunshine-verbs-next.csv")]],
  notice: [["notice", "JH-00001", "--out", join(tmpdir(), "sunshine-verbs-notice.html")]],
  instruct: [["instruct", "JH-404", "--account", "5300", "--by", "某人", "--out", nowhere]],
  bank: [["bank", "show", join(sample, "organisations.csv")]],
  reconcile: [["reconcile"]],
  settle: [["settle", "5300/1", "--as", "财政拨款", "--by", "某人", "--reason", "核对"]],
  close: [["close", "2199-11", "--by", "某人"]],
  profiles: [["profiles"]],
  pack: [
    ["pack", "add", "qionghai-2017", "--by", "某人"],
    ["pack", "list", "--known-at", "1"],
    ["pack", "show", "--on", "2024-03-03"],
  ],
  report: [
    ["report", "coverage", "--on", "2025-12-31", "--by", "township"],
    ["report", "funds", "--year", "2025"],
    ["report", "coverage", "--on", "2025-12-31", "--explain", "无"],
  ],
  verify: [["verify"]],
  rebuild: [["rebuild"], ["rebuild", "postings"]],
  export: [["export", "journal", "-"]],
};
const writing = new Set(["import", "instruct", "settle", "close", "pack"]);

type Env = Readonly<Record<string, string>>;

/** Everything that each verb has said, without what differs from run to run. */
async function sayAll(
  env: Env,
  which: (verb: string) => boolean = () => true,
  atOnce = 2,
): Promise<Record<string, string>> {
  const all = Object.entries(verbs).flatMap(([verb, lines]) => (which(verb) ? lines : []));
  const said = new Map<string, string>();
  const isAlone = ([verb = ""]: readonly string[]): boolean => /^(verify|rebuild)$/.test(verb);
  const queue = all.filter((words) => !isAlone(words));
  const worker = async (): Promise<void> => {
    for (let words = queue.shift(); words !== undefined; words = queue.shift()) {
      const isText = words[0] === "export";
      const found = await sunshineHere(isText ? words : [...words, "--json"], { env });
      said.set(words.join(" "), shape(found));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  // Alone: one puts other tables in the place of those that the other compares.
  queue.push(...all.filter(isAlone));
  await worker();
  return Object.fromEntries([...said].sort());
}

const passing = new Set(["position", "knownAt", "at", "seconds", "events", "recordedAt", "file"]);

function shape({ status, stdout, stderr }: Said): string {
  const isFault = (stderr + stdout).includes("a fault of ours");
  // What one append records of several streams, EventStoreDB orders as it comes.
  const lines = stdout.split("\n").map(withoutPassing).sort();
  return `${isFault ? `FAULT ${stderr} ` : ""}${String(status)} ${lines.join("\n")}`;
}

/** A line, which may be a document of its own. */
function withoutPassing(line: string): string {
  try {
    const document: unknown = JSON.parse(line, (key, value: unknown) =>
      passing.has(key) ? undefined : Array.isArray(value) ? value.toSorted(byText) : value,
    );
    return JSON.stringify(document);
  } catch {
    return line.startsWith("; Sunshine Ledger") ? "" : line.replaceAll(/position: \d+/g, "");
  }
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** Of the index, which only one of the engines has. */
function withoutIndex(said: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(said).map(([words, text]) => [words, text.replace('"event_index":{},', "")]),
  );
}

const answers = new Map<string, Record<string, string>>();

function compare(t: Test, state: string, engine: string, said: Record<string, string>): void {
  for (const [words, text] of Object.entries(said)) t.notMatch(text, /^FAULT/, words);
  answers.set(`${engine} ${state}`, withoutIndex(said));
  t.strictSame(withoutIndex(said), answers.get(`postgres ${state}`), "as on PostgreSQL");
}

test("--help lists no verb that is not tried here", async (t) => {
  const { stdout } = await sunshine(["--help"]);
  const listed = Array.from(stdout.matchAll(/^ {2}([a-z]+) .*$/gm), ([, verb]) => verb);
  const commands = stdout.slice(stdout.indexOf("Commands:"), stdout.indexOf("Environment:"));
  for (const verb of listed) {
    if (commands.includes(`\n  ${verb ?? ""} `))
      t.ok(verb !== undefined && verb in verbs, `${verb ?? ""} is tried`);
  }
  t.ok(listed.length > 8);
});

const engines = [
  ["postgres", {}],
  ["eventstoredb", unlessFresh],
] as const;

for (const [engine, unless] of engines) {
  test(`every verb on ${engine}`, { ...unless, timeout: 400_000 }, async (t) => {
    const { dataDir, env: place } = await ledgerPlace(t);
    const log: Env =
      engine === "postgres"
        ? {}
        : { LEDGER_LOG: "eventstoredb", EVENTSTOREDB_URL: eventStoreDbUrl ?? "" };
    if (engine === "eventstoredb") await freshServer(t, place["DATABASE_URL"] ?? "");
    const env = { ...place, ...log };
    const reads = (verb: string): boolean => !writing.has(verb);

    compare(t, "empty", engine, await sayAll(env, reads));
    const ledger = await testLedgerAt(t, { dataDir, env });
    await ledger.open({ demo: false });
    await ledger.close();
    compare(t, "one event", engine, await sayAll(env, reads));
    for (const kind of sampleKinds) {
      await sunshineHere(["import", kind, join(sample, `${kind}.csv`)], { env });
    }
    const found = await sayAll(env);
    compare(t, "sample", engine, found);
    t.match(found["verify"], /^0 /, "it is in order");
    t.match(found["export journal -"], /^0 /);
    t.match(found["export journal -"], /YW-0000001/);

    const away =
      engine === "postgres"
        ? { ...env, DATABASE_URL: "postgres://127.0.0.1:9/none" }
        : { ...env, EVENTSTOREDB_URL: "esdb://127.0.0.1:9?tls=false" };
    const gone = await sayAll(away, () => true, 8);
    for (const [words, text] of Object.entries(gone)) {
      t.notMatch(text, /FAULT/, words);
      t.match(text, engine === "postgres" ? /^2 .*DatabaseUnreachable|^2 / : /^70 /, words);
    }
  });
}
