// Time has bounds: what is still to come is not known yet, and nothing is recorded by a clock that
// is far ahead.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { t as suite, test } from "tap";
import { openEmbedded } from "../../src/database/embedded.ts";
import { questions } from "../../src/queries/questions.ts";
import { answer, answerHere } from "../support/sunshine.ts";

const folder = await mkdtemp(join(tmpdir(), "sunshine-clock-"));
const data = join(folder, "data");
const minute = 60_000;
suite.teardown(() => rm(folder, { recursive: true, force: true }));

/** The environment of a process whose clock is wrong. */
function wrongBy(ms: number): { readonly env: Readonly<Record<string, string>> } {
  const code = `const Right = Date; globalThis.Date = class extends Right {
    constructor(...of) { super(...(of.length > 0 ? of : [Right.now() + ${ms}])); }
    static now() { return Right.now() + ${ms}; }
  };`;
  return { env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` } };
}

/** A clock that is wrong is that of a process of its own. */
function ask(words: readonly string[], clock?: ReturnType<typeof wrongBy>) {
  return clock === undefined ? answerHere(words) : answer(words, clock);
}

async function importPerson(id: string, clock?: ReturnType<typeof wrongBy>, into = data) {
  const file = join(folder, `${id}.csv`);
  const row = `某县,某乡,某村,5399990010000001,${id},张三,,户主`;
  await writeFile(file, `县,乡,行政村,户编号,人编号,姓名,证件号码,与户主关系\n${row}\n`);
  return ask(["--data", into, "import", "roster", file], clock);
}

async function timesRecorded(): Promise<string[]> {
  const { document } = await answerHere(["--data", data, "trail", "5399990010000001"]);
  return (document["entries"] as { recordedAt: string }[]).map(({ recordedAt }) => recordedAt);
}

test("time", async (t) => {
  const server = await openEmbedded(data);
  t.teardown(() => server.release());
  t.match(await importPerson("P1"), { status: 0, document: { recorded: 1 } });

  await t.test("more than five minutes ahead records nothing", async (t) => {
    const before = await timesRecorded();
    const { status, document } = await importPerson("P2", wrongBy(6 * minute));
    t.equal(status, 70);
    t.match(document, { error: { code: "ClockAhead", message: "clock" } });
    t.match(document, { recorded: 0, stopped: { code: "ClockAhead" } });
    const fresh = await importPerson("P2", wrongBy(600 * minute), join(folder, "fresh"));
    t.match(fresh, { status: 70, document: { error: { code: "ClockAhead" } } });
    t.strictSame(await timesRecorded(), before);
  });

  await t.test("up to five minutes ahead, and back, is recorded in order", async (t) => {
    for (const [id, ms] of [
      ["P3", 4 * minute],
      ["P4", 0],
      ["P5", -600 * minute],
    ] as const) {
      t.match(await importPerson(id, wrongBy(ms)), { status: 0, document: { recorded: 1 } }, id);
    }
    const times = await timesRecorded();
    t.strictSame(times, [...times].sort(), "the time of recording never falls");
    const [ahead, right, back] = times.slice(-3);
    t.ok(Date.parse(ahead ?? "") > Date.now() + 3 * minute);
    t.strictSame([right, back], [ahead, ahead], "and stays where a clock is behind it");
    t.match(await answerHere(["--data", data, "verify"]), { status: 0, document: { ok: true } });
  });

  await t.test("still to come is not known on any verb", async (t) => {
    const soon = new Date(Date.now() + 60 * minute).toISOString();
    const cases = [
      ["99999999", undefined, 1, "PositionUnknown"],
      [soon, undefined, 1, "PositionUnknown"],
      // A clock that is ahead does not make it the past.
      [soon, wrongBy(120 * minute), 1, "PositionUnknown"],
      ["9999-12-31T23:59:59Z", undefined, 1, "PositionUnknown"],
      ["9999-12-31T23:59:59-01:00", undefined, 2, "WrongUsage"],
      ["0001-01-01T00:00:00+08:00", undefined, 2, "WrongUsage"],
      ["0000-06-01T00:00:00Z", undefined, 2, "WrongUsage"],
    ] as const;
    const verbs = questions.filter(({ verb }) => verb !== undefined);
    t.ok(verbs.length >= 5);
    for (const [at, { name, parameters }] of verbs.entries()) {
      const words = Object.values(parameters).filter((one) => one.words?.flags.startsWith("<"));
      const ids = words.map(() => "5399990010000001");
      // How it is written is read in one place: all ways of one verb, the first two of every other.
      for (const [knownAt, clock, status, code] of at === 0 ? cases : cases.slice(0, 2)) {
        const asked = ["--data", data, name, ...ids, "--known-at", knownAt];
        const said = await ask(asked, clock);
        t.match(said, { status, document: { error: { code, message: /\S/ } } }, asked.join(" "));
      }
    }
  });

  await t.test("in years that no calendar has is wrong usage", async (t) => {
    for (const day of ["0000-01-01", "10000-01-01"]) {
      for (const option of ["--from", "--to"]) {
        t.match(await answerHere(["--data", data, "statements", option, day]), { status: 2 }, day);
      }
    }
  });
});
