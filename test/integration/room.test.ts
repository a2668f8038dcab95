// What callers are told when there is no room: on the database's disk, for uploads.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { test } from "tap";
import { importFile } from "../../src/app/import.ts";
import { failureOf } from "../../src/cli/failure.ts";
import { testService } from "../support/service.ts";

const run = promisify(execFile);
const header = "县,乡,行政村,户编号,人编号,姓名,证件号码,与户主关系\n";
const roster = (id: string) => `${header}某县,某乡,某村,5399990010000001,${id},张三,,户主\n`;
const csv = { "content-type": "text/csv" };

test("a database whose disk is full", async (t) => {
  const { post, get, ledger } = await testService(t);
  // As the server says it where a table cannot grow.
  await ledger.pool.query(`
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
    END $$;
    CREATE TRIGGER no_room BEFORE INSERT ON events EXECUTE FUNCTION no_room()`);
  const body = { organisation: "ORG-1", name: "甲" };
  const refused = [
    await post("/v1/organisations", body),
    await post("/v1/organisations", body, { "idempotency-key": "one" }),
    await post("/v1/imports/roster", roster("P1"), csv),
  ];
  for (const answer of refused) {
    t.match(answer.json(), {
      status: 503,
      code: "DiskFull",
      detail: "the database's disk is full",
    });
    t.match(answer.headers["retry-after"], /^\d+$/);
  }
  t.match(refused[2]?.json(), { recorded: 0, stopped: { row: 2, code: "DiskFull" } });
  t.equal((await get("/v1/households")).statusCode, 200, "what is there can be read");
  const folder = await mkdtemp(join(tmpdir(), "sunshine-room-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "roster.csv");
  await writeFile(file, roster("P1"));
  const { stopped } = await importFile(ledger.handler, "roster", file, { actor: "test" });
  t.match(failureOf(stopped?.error), { code: "DiskFull", message: "disk" });
  await ledger.pool.query("DROP TRIGGER no_room ON events");
  for (const headers of [{}, { "idempotency-key": "one" }]) {
    const { statusCode } = await post("/v1/organisations", body, headers);
    t.ok(statusCode === 201 || statusCode === 200);
  }
  t.match((await post("/v1/imports/roster", roster("P1"), csv)).json(), { recorded: 1 });
});

test("a data folder that is full", async (t) => {
  const { post, ledger } = await testService(t);
  const folder = join(ledger.dataDir, "uploads");
  await mkdir(folder);
  const mounted = await run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]).then(
    () => true,
    () => false,
  );
  if (!mounted) {
    t.plan(0, "no small file system can be mounted here");
    return;
  }
  t.teardown(() => run("umount", [folder]));
  const wrong = "某县,某乡,某村,,,无名氏,,户主\n";
  const large = await post("/v1/imports/roster", header + wrong.repeat(3_000), csv);
  const full = { status: 503, code: "UploadFolderFull", detail: "--data" };
  t.match(large.json(), full, "an upload finds no room");
  t.match(large.headers["retry-after"], /^\d+$/);
  const rows = roster("P1") + wrong.repeat(700);
  const rejected = await post("/v1/imports/roster", rows, csv);
  t.match(rejected.json(), full, "refused rows find no room beside it");
  t.match(rejected.json(), { rows: 701, recorded: 1, refusedTotal: 700 }, "what was done is said");
  t.match((await post("/v1/imports/roster", roster("P1"), csv)).json(), { alreadyRecorded: 1 });
});
