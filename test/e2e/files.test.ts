// Files as bureaus make them, on the command line: each as its README says, and its refused rows
// sent back as they are, opened and saved by a spreadsheet, and corrected.
import { spawnSync } from "node:child_process";
import { copyFile, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { t as suite, test } from "tap";
import type { Cell } from "../../src/domain/cell.ts";
import { unknownCells } from "../../src/domain/cell.ts";
import { openEmbedded } from "../../src/database/embedded.ts";
import { openTable } from "../../src/exchange/table-reader.ts";
import { baseFiles, bureauAnswers, bureauFiles, bureauStatement } from "../support/bureau-files.ts";
import { answerHere, sunshineHere } from "../support/sunshine.ts";
import { inlineRow, writeWorkbook } from "../support/xlsx.ts";

const folder = await mkdtemp(join(tmpdir(), "sunshine-files-"));
const data = join(folder, "data");
const server = await openEmbedded(data);
suite.teardown(async () => {
  await server.release();
  await rm(folder, { recursive: true, force: true });
});

const place = (name: string) => join(folder, name);
const bring = (kind: string, ...words: string[]) =>
  answerHere(["import", kind, ...words, "--data", data]);

/** The rows of a table under its header. */
async function tableOf(path: string, idColumn: string): Promise<Record<string, Cell>[]> {
  const table = await openTable(path, { idColumn, known: [idColumn] });
  const rows: Record<string, Cell>[] = [];
  for await (const batch of table.batches(100)) {
    for (const { cells } of batch) {
      rows.push(Object.fromEntries(table.header.map((name, at) => [name, cells[at] ?? ""])));
    }
  }
  await table.close();
  return rows;
}

test("files of bureaus on the command line", async (t) => {
  for (const [kind, file] of baseFiles) {
    const { status, document } = await bring(kind, join(bureauFiles, file));
    t.equal(status, 0, file);
    t.match(document, { refused: [] });
  }
  for (const { kind, file, recorded = 0, refused = [], sheets, stopped, error } of bureauAnswers) {
    await t.test(file, async (t) => {
      const path = place(file);
      await copyFile(join(bureauFiles, file), path);
      const { status, document } = await bring(kind, path);
      const isGood = refused.length === 0 && stopped === undefined && error === undefined;
      t.equal(status, isGood ? 0 : 1);
      t.match(document, {
        rows: recorded + refused.length,
        recorded,
        alreadyRecorded: 0,
        refused: refused.map(([row, code, message]) => ({ file: path, row, code, message })),
        position: /^\d+$/,
      });
      t.equal((document["refused"] as unknown[]).length, refused.length);
      t.strictSame(document["sheets"], sheets && [{ file: path, ...sheets }]);
      const ended = stopped ?? error;
      if (ended === undefined) {
        t.notOk("stopped" in document || "notTried" in document);
      } else {
        const { code, message } = ended;
        const told = { stopped: { file: path, ...ended }, notTried: [], error: { code, message } };
        t.match(document, told);
      }
      const end = file.endsWith(".xlsx") ? "xlsx" : "csv";
      const beside = (await readdir(folder)).filter((name) => name.startsWith(`${file}.`));
      t.strictSame(beside, refused.length === 0 ? [] : [`${file}.rejected.${end}`]);
      if (refused.length === 0) return;
      t.equal((await stat(place(beside[0] ?? ""))).mode & 0o777, 0o600);
      const back = await bring(kind, place(beside[0] ?? ""));
      t.match(back, { status: 1, document: { rows: refused.length, recorded: 0 } });
      const codes = (back.document["refused"] as { code: string }[]).map(({ code }) => code);
      t.strictSame(
        codes,
        refused.map(([, code]) => code),
        "refused again, untouched",
      );
    });
  }
  const { household, wage } = bureauStatement;
  const { document } = await answerHere(["statement", household, "--data", data]);
  t.match(document, { legs: { wage } }, "each movement is recorded once");
});

test("--sheet reads a sheet by its name", async (t) => {
  const months = join(bureauFiles, "months.xlsx");
  const hidden = join(bureauFiles, "hidden-old-copy.xlsx");
  const sheet = (name: string, file: string) => bring("movements", file, "--sheet", name);
  t.match(await sheet("3月", months), {
    status: 0,
    document: { recorded: 1, sheets: [{ file: months, read: "3月", notRead: ["1月", "2月"] }] },
  });
  t.match(await sheet("2024", hidden), { document: { sheets: [{ read: "2024" }] } }, "hidden too");
  t.match(await sheet("4月", months), {
    status: 1,
    document: { error: { code: "FileMalformed", message: /it has 1月, 2月, 3月/ } },
  });
  const people = await sunshineHere(["import", "movements", months, "--data", data]);
  t.match(people.stdout, "read: sheet 1月; not read: 2月, 3月");
});

test("what stops one of several files leaves those behind it untried", async (t) => {
  const names = ["duplicate-unknown.csv", "refused-then-quote.csv", "floats.xlsx", "twice.csv"];
  const files = names.map((name) => join(bureauFiles, name));
  const target = place("several");
  const copies = files.map((file) => `${target}-${basename(file)}`);
  for (const [at, file] of files.entries()) await copyFile(file, copies[at] ?? "");
  const { status, document } = await bring("movements", ...copies);
  t.equal(status, 1);
  t.match(document, {
    rows: 3,
    recorded: 0,
    alreadyRecorded: 2,
    refused: [{ file: copies[1], row: 2 }],
    stopped: { file: copies[1], row: 4, code: "FileMalformed" },
  });
  t.strictSame(document["notTried"], copies.slice(2));
  const rejected = await tableOf(`${target}-${names[1] ?? ""}.rejected.csv`, "业务编号");
  t.match(rejected, [{ 业务编号: "PC-1", 行号: "2", 拒绝代码: "HouseholdUnknown" }]);
  const people = await sunshineHere(["import", "movements", ...copies, "--data", data]);
  t.match(people.stdout, /PC-1/);
  t.match(people.stderr, /row 4: a quotation mark[^]*not tried: .*floats\.xlsx, .*twice\.csv/);
});

test("refused rows of a workbook are mended in a workbook", async (t) => {
  const path = place("mend.xlsx");
  const header = ["县", "乡", "行政村", "户编号", "人编号", "姓名", "证件号码", "银行账号", "备用"];
  const ids = ["0000012345678901", "539999000999000199", "539999198001011299"];
  const texts = ["试县", "甲乡", "子村", ids[0] ?? "", ids[1] ?? "", "=赵", ids[2] ?? ""];
  const lost = '<c r="H2"><v>6200000000000000017</v></c><c r="I2" t="e"><v>#N/A</v></c></row>';
  const rows = inlineRow(1, header) + inlineRow(2, texts).replace("</row>", lost);
  await writeWorkbook(path, { rows });
  t.match((await bring("roster", path)).document, { recorded: 0, refused: [{ row: 2 }] });
  const rejected = `${path}.rejected.xlsx`;
  const wanted = {
    ...Object.fromEntries(header.map((name, at) => [name, texts[at] ?? ""])),
    银行账号: unknownCells.marked,
    备用: unknownCells.marked,
    行号: "2",
    拒绝代码: "MalformedField",
  };
  t.match(await tableOf(rejected, "人编号"), [wanted]);

  await t.test("and a spreadsheet leaves them as they are", withoutSpreadsheet(), async (t) => {
    const saved = place("saved");
    const home = `-env:UserInstallation=file://${place("office")}`;
    const words = [home, "--headless", "--convert-to", "xlsx", "--outdir", saved, rejected];
    const { status, stderr } = spawnSync("soffice", words, { encoding: "utf8" });
    t.equal(status, 0, stderr);
    const opened = join(saved, basename(rejected));
    t.match(await tableOf(opened, "人编号"), [wanted]);
    const back = await bring("roster", opened);
    t.match(back, { status: 1, document: { rows: 1, recorded: 0 } }, "refused again");
  });

  await t.test("and what is unknown is refused until it is typed", async (t) => {
    const mended = place("mended.xlsx");
    const typed = [...texts, "6200000000000000017"];
    for (const [last, recorded] of [
      ["#未知", 0],
      ["", 1],
    ] as const) {
      await writeWorkbook(mended, {
        rows: inlineRow(1, header) + inlineRow(2, [...typed, last]),
      });
      t.match((await bring("roster", mended)).document, { rows: 1, recorded });
    }
  });
});

function withoutSpreadsheet(): { readonly skip: string | false } {
  const found = spawnSync("soffice", ["--version"]);
  return { skip: found.status !== 0 && "soffice is not installed" };
}
