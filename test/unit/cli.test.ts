import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { Writable } from "node:stream";
import { CommanderError, InvalidArgumentError } from "commander";
import { test } from "tap";
import { ForeignLedger } from "../../src/log/event-log.ts";
import { optionOf, parseKnownAt, periodOf } from "../../src/cli/choices.ts";
import { failureOf, Interrupted, NobodyReads, UsageError } from "../../src/cli/failure.ts";
import { demoLine, Output, tableText } from "../../src/cli/output.ts";
import { spool } from "../../src/cli/spool.ts";
import { barText } from "../../src/cli/progress.ts";
import { inShanghai, parseInstant, periodWords } from "../../src/words/instants.ts";
import { legLabel } from "../../src/words/legs.ts";
import { counted, grouped } from "../../src/words/numbers.ts";
import {
  AppendAmbiguous,
  DatabaseFolderError,
  MigrationError,
  NotTheWriter,
  OlderProgramRunning,
  ProjectingStalled,
  VaultKeyError,
} from "../../src/ledger.ts";
import { ConfigError } from "../../src/config.ts";
import { TableError } from "../../src/exchange/table-reader.ts";
import { Unknown } from "../../src/queries/as-of.ts";
import { period } from "../../src/queries/parameters.ts";

test("a JSON document with a long list", async (t) => {
  const pieces: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      pieces.push(chunk.toString());
      done();
    },
  });
  const rows = Array.from({ length: 20_000 }, (_, row) => ({ row, message: "数量 × 单价" }));
  for (const isDemo of [false, true]) {
    for (const list of [rows, rows.slice(0, 1), []]) {
      pieces.length = 0;
      const out = new Output("json", stream);
      out.isDemo = () => isDemo;
      const items = spool();
      for (const row of list) items.add((items.isEmpty() ? "" : ",") + JSON.stringify(row));
      await out.jsonWithLists({ rows: 1 }, { refused: items.pieces() }, { position: "1" });
      items.close();
      const streamed = pieces.splice(0);
      await out.json({ rows: 1, refused: list, position: "1" });
      t.equal(streamed.join(""), pieces.join(""), "is the same as written at once");
      t.ok(streamed.length > list.length / 4_000, "comes in pieces");
    }
  }
});

test("a spool", (t) => {
  const text = spool();
  t.ok(text.isEmpty());
  const pieces = Array.from({ length: 100_000 }, (_, i) => `数量 ${i},`);
  for (const piece of pieces) text.add(piece);
  t.notOk(text.isEmpty());
  t.equal([...text.pieces()].join(""), pieces.join(""), "answers what was added");
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith("sunshine-spool-"));
  t.strictSame(names, [], "and has no name that others could find");
  text.close();
  t.end();
});

test("--known-at", (t) => {
  t.strictSame(parseKnownAt("0"), { position: 0n }, "digits are a position");
  t.strictSame(parseKnownAt("00826"), { position: 826n });
  t.strictSame(parseKnownAt("98765432109876543210"), { position: 98765432109876543210n });
  t.strictSame(
    parseKnownAt("2026-03-01T08:00:00+08:00"),
    { instant: "2026-03-01T00:00:00.000Z" },
    "an instant with its offset is one in UTC",
  );
  for (const text of ["", "-1", "+1", "1.5", "yesterday", "2026-03-01", "2026-03-01T08:00:00"]) {
    t.throws(() => parseKnownAt(text), InvalidArgumentError, `"${text}" is wrong usage`);
  }
  t.end();
});

test("an instant of RFC 3339", (t) => {
  const instants: Record<string, string | null> = {
    "2026-03-01T00:00:00Z": "2026-03-01T00:00:00.000Z",
    "2026-03-01t00:00:00z": "2026-03-01T00:00:00.000Z",
    "2026-03-01 00:00:00.5-00:00": "2026-03-01T00:00:00.500Z",
    "2026-03-01T00:00:00.1239999999Z": "2026-03-01T00:00:00.123Z",
    "2026-03-01T00:30:00-05:30": "2026-03-01T06:00:00.000Z",
    "2016-12-31T23:59:60Z": "2017-01-01T00:00:00.000Z",
    "2026-02-29T00:00:00Z": null,
    "2026-03-01T24:00:00Z": null,
    "2026-03-01T00:60:00Z": null,
    "2026-03-01T00:00:61Z": null,
    "2026-03-01T00:00:00+24:00": null,
    "2026-03-01T00:00:00+0800": null,
    "2026-03-01T00:00Z": null,
    "2026-03-01T00:00:00.Z": null,
    "2026-3-1T00:00:00Z": null,
  };
  for (const [text, instant] of Object.entries(instants))
    t.equal(parseInstant(text), instant, text);
  t.end();
});

test("days", (t) => {
  const parseDayOption = (text: string): unknown =>
    optionOf(period.from, period.from.words).parseArg?.(text, undefined);
  t.equal(parseDayOption("2025/1/9"), "2025-01-09");
  for (const text of ["2025-1-9", "2025-02-30", "20250109", "", "today"]) {
    t.throws(() => parseDayOption(text), InvalidArgumentError, `"${text}" is wrong usage`);
  }
  t.strictSame(periodOf({ from: "2025-01-01", to: "2025-01-01" }), {
    from: "2025-01-01",
    to: "2025-01-01",
  });
  t.strictSame(periodOf({ to: "2025-01-01" }), { from: undefined, to: "2025-01-01" });
  t.throws(
    () => periodOf({ from: "2025-01-02", to: "2025-01-01" }),
    { code: "WrongUsage" },
    "a period that ends before it begins is wrong usage",
  );
  t.end();
});

test("words for people", (t) => {
  t.equal(grouped("1234567.80"), "1,234,567.80");
  t.equal(grouped("-1234.5000"), "-1,234.5000");
  t.equal(grouped("999.99"), "999.99");
  t.equal(grouped(826n), "826");
  t.equal(counted(1, "row"), "1 row");
  t.equal(counted(0, "entry", "entries"), "0 entries");
  t.equal(legLabel("rent"), "租金 rent");
  t.equal(inShanghai("2026-11-22T20:54:17.558Z"), "2026-11-23 04:54:17");
  t.equal(periodWords({}), "all days");
  t.equal(periodWords({ from: "2025-01-01" }), "from 2025-01-01");
  t.equal(periodWords({ to: "2025-12-31" }), "to 2025-12-31");
  t.equal(periodWords({ from: "2025-01-01", to: "2025-12-31" }), "2025-01-01 to 2025-12-31");
  t.equal(barText("x", 0.5, 3), `x  ${"█".repeat(15)}${"░".repeat(15)}  50 %  3 s left`);
  t.end();
});

test("a table for people counts a Chinese character as two columns", (t) => {
  const columns = [{ title: "乡 township" }, { title: "元", align: "right" }] as const;
  const text = tableText(columns, [
    ["通红甸彝族苗族乡", "1.00"],
    ["华溪镇", "1,234.00"],
  ]);
  t.equal(
    text,
    [
      "  乡 township             元",
      "  通红甸彝族苗族乡      1.00",
      "  华溪镇            1,234.00",
    ].join("\n"),
  );
  t.end();
});

function heard(format: "people" | "csv" | "json", demo: boolean) {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const out = new Output(format, stream);
  out.isDemo = () => demo;
  return { out, text: () => text };
}

test("the demo county says so", async (t) => {
  const json = heard("json", true);
  await json.out.json({ total: "1.00" });
  t.equal(json.text(), '{"total":"1.00","demo":true}\n', "in JSON");
  const csv = heard("csv", true);
  await csv.out.csv(["household", "total"], [["1", "1.00"]]);
  await csv.out.csv(null, [["2", "2.00"]]);
  t.equal(csv.text(), "household,total,demo\n1,1.00,true\n2,2.00,true\n", "in CSV");
  const people = heard("people", true);
  await people.out.people("one", "two");
  t.equal(people.text(), `one\ntwo\n\n${demoLine}\n`, "in words");
  const own = heard("json", false);
  await own.out.json({ total: "1.00" });
  t.equal(own.text(), '{"total":"1.00"}\n', "and a bureau's ledger does not");
});

test("what a terminal would obey is not passed on to it", async (t) => {
  const { out, text } = heard("people", false);
  await out.people("a\u001b[2Jb\u009b\u202ec");
  t.equal(text(), "a\ufffd[2Jb\ufffd\ufffdc\n");
});

test("nobody reads", async (t) => {
  const closed = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(closed) });
  stream.on("error", () => undefined);
  const failure: unknown = await new Output("json", stream).json({}).catch((e: unknown) => e);
  t.ok(failure instanceof NobodyReads, "is told apart from a fault");
});

test("a failure has a code, a line for people and an exit status", (t) => {
  const cases: [unknown, string, number][] = [
    [new UsageError("no"), "WrongUsage", 2],
    [new UsageError("no", "PortInUse"), "PortInUse", 2],
    [new CommanderError(1, "commander.unknownOption", "error: unknown option"), "WrongUsage", 2],
    [new ConfigError("PORT: no"), "ConfigInvalid", 2],
    [new Unknown("HouseholdUnknown", "no"), "HouseholdUnknown", 1],
    [new TableError("FileMalformed", "no"), "FileMalformed", 1],
    [new VaultKeyError("no"), "VaultKeyInvalid", 2],
    [new ForeignLedger("no"), "ForeignLedger", 2],
    [new DatabaseFolderError("ForeignFolder", "no"), "ForeignFolder", 2],
    [new DatabaseFolderError("DiskFull", "no"), "DiskFull", 70],
    [new MigrationError("Unknown", "0009_x.sql", "no"), "MigrationUnknown", 2],
    [new MigrationError("Failed", "0001_x.sql", "no"), "MigrationFailed", 70],
    [new OlderProgramRunning("no"), "OlderProgramRunning", 2],
    [new ProjectingStalled("no"), "ProjectingStalled", 70],
    [new NotTheWriter("no"), "NotTheWriter", 70],
    [new AppendAmbiguous("no"), "AppendAmbiguous", 70],
    [new Interrupted("SIGINT"), "Interrupted", 130],
    [new Interrupted("SIGTERM"), "Interrupted", 143],
    [coded({ code: "ECONNREFUSED", syscall: "connect" }), "DatabaseUnreachable", 2],
    [coded({ code: "28P01" }), "DatabaseUnreachable", 2],
    [coded({ code: "53100" }), "DiskFull", 70],
    [coded({ code: "57P01" }), "DatabaseStopped", 70],
    [coded({ code: "ENOENT", syscall: "open" }), "Fault", 70],
    [new TypeError("李强红 539999194806113743"), "Fault", 70],
    ["a text", "Fault", 70],
  ];
  for (const [error, code, status] of cases) {
    const failure = failureOf(error);
    t.strictSame([failure.code, failure.status], [code, status], code);
    t.notMatch(failure.message, /\n|539999194806113743|李/, "one line without a row's values");
  }
  t.end();
});

function coded(properties: object): Error {
  return Object.assign(new Error("李 539999194806113743"), properties);
}
