// Two builds of the program on one ledger: the older one reads, and neither projects nor rebuilds
// what the newer one has built.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { t as suite, test } from "tap";
import { anotherBuild } from "../support/builds.ts";
import { sample } from "../support/sample.ts";
import { answer, start, sunshine } from "../support/sunshine.ts";

const folder = await mkdtemp(join(tmpdir(), "sunshine-two-builds-"));
suite.teardown(() => rm(folder, { recursive: true, force: true }));

/** A build whose read model of postings is a version further. */
function newerBuild(): Promise<string> {
  return anotherBuild(join(folder, "newer"), {
    "dist/projections/postings.js": (text) =>
      text.replace(/version: (\d+)/, (_, n: string) => `version: ${Number(n) + 1}`),
  });
}

test("an older program beside a newer one", async (t) => {
  const build = await newerBuild();
  const data = join(folder, "data");
  const older = (...words: string[]) => answer([...words, "--data", data]);
  const newer = (...words: string[]) => answer([...words, "--data", data], { build });
  const file = (kind: string) => ["import", kind, join(sample, `${kind}.csv`)];

  t.equal((await older(...file("roster"))).status, 0);
  const service = start(["start", "--no-demo", "--data", data], { env: { PORT: "0" } });
  t.teardown(() => service.child.kill("SIGKILL"));
  const before = await older("verify");
  t.equal(before.document["ok"], true);

  t.equal((await newer(...file("organisations"))).status, 0, "the newer one builds it anew");
  t.equal((await newer("verify")).document["ok"], true);

  const household = await firstHousehold();
  const read = await older("statement", household);
  t.equal(read.status, 0, "the older one still reads");
  const notice = await sunshine(["statement", household, "--data", data]);
  t.match(notice.stderr, /newer version has built postings/, "and says what it does not do");
  const rebuilt = await older("rebuild");
  t.equal(rebuilt.status, 2, "it rebuilds nothing");
  t.match(rebuilt.document, { error: { code: "ReadModelNewer", message: /postings/ } });
  t.equal((await older("rebuild", "households")).status, 0, "but for what is as it knows it");

  t.not((await older(...file("contracts"))).status, 70, "what it records is recorded");
  service.child.kill("SIGTERM");
  const { stderr } = await service.ended;
  const told = stderr.split("\n").filter((line) => line.includes("newer version"));
  t.equal(told.length, 1, "a service that was running before says it once");

  t.equal((await newer("verify")).document["ok"], true, "and the newer one projects it");
  const sums = ["statements", "--by", "township", "--data", data];
  const [a, b] = [await sunshine(sums), await sunshine(sums, { build })];
  t.equal(a.stdout, b.stdout, "both read the same");
});

async function firstHousehold(): Promise<string> {
  const text = await readFile(join(sample, "roster.csv"), "utf8");
  const [header = "", first = ""] = text.replace("\ufeff", "").split(/\r?\n/);
  return first.split(",")[header.split(",").indexOf("户编号")] ?? "";
}
