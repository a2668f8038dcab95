// Workbooks that we write: ids stay texts, amounts are numbers, columns fit, and both our own
// reader and an office program read them.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "tap";
import { openTable } from "../../src/exchange/table-reader.ts";
import { writeTextTable } from "../../src/exchange/text-tables.ts";
import { hasProgram } from "../support/programs.ts";
import { partOf } from "../support/xlsx.ts";

const folder = await mkdtemp(join(tmpdir(), "workbooks-"));
after(() => rm(folder, { recursive: true }));

const columns = [
  { name: "line" },
  { name: "village" },
  { name: "amount", isAmount: true },
  { name: "account", isId: true },
];
const rows = [
  ["1", "盘溪镇法高村民委员会", "1234567.80", "006223571324751830"],
  ["2", "=1+1", "0.10", "1E5"],
  ["3", "a\nb & <c>", "9999999999999999.99", ""],
  ["合计", "3 笔", "1234567.90", ""],
];
const path = join(folder, "list.xlsx");

void test("a workbook", async (t) => {
  await writeTextTable(path, "清单", columns, rows);
  t.equal((await stat(path)).mode & 0o777, 0o600);
  const sheet = await partOf(path, "xl/worksheets/sheet1.xml");
  const widths = [...sheet.matchAll(/<col [^>]*width="(\d+)"/g)].map(([, width]) => Number(width));
  t.strictSame(widths, [13, 23, 28, 21], "has columns as wide as what they hold");
  t.match(sheet, '<c r="C2" s="3"><v>1234567.80</v></c>', "an amount is a number");
  t.match(sheet, /<c r="C4" s="1" t="inlineStr">/, "but for one that a number cannot hold");
  t.match(
    sheet,
    /<c r="D2" s="1" t="inlineStr"><is><t[^>]*>006223571324751830</,
    "an account is a text",
  );
  const order = [
    "<sheetPr>",
    "<sheetViews>",
    "<cols>",
    "<sheetData>",
    "<pageMargins ",
    "<pageSetup ",
  ];
  const places = [...order, "<ignoredErrors>"].map((name) => sheet.indexOf(name));
  t.strictSame(
    places,
    places.toSorted((a, b) => a - b),
    "its parts stand in their order",
  );
  t.ok(places.every((at) => at > 0));

  await t.test("is read as it was written", async (t) => {
    const table = await openTable(path, { idColumn: "line", known: columns.map((c) => c.name) });
    t.teardown(() => table.close());
    const found: unknown[] = [];
    for await (const batch of table.batches(10)) for (const { cells } of batch) found.push(cells);
    t.strictSame(found, [
      ["1", "盘溪镇法高村民委员会", "1234567.8", "006223571324751830"],
      ["2", "=1+1", "0.1", "1E5"],
      ["3", "a\nb & <c>", "9999999999999999.99", ""],
      ["合计", "3 笔", "1234567.9", ""],
    ]);
  });

  const skip = !hasProgram("soffice", "--version") && "LibreOffice is not installed";
  await t.test("is opened by an office program", { skip, timeout: 240_000 }, async (t) => {
    const home = `-env:UserInstallation=file://${join(folder, "home")}`;
    const filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true";
    const words = [home, "--headless", "--convert-to", filter, "--outdir", folder, path];
    execFileSync("soffice", words, { stdio: "ignore" });
    const [head, first, second] = (await readFile(join(folder, "list.csv"), "utf8")).split("\n");
    t.equal(head?.replace("\uFEFF", ""), "line,village,amount,account");
    t.equal(first, '1,盘溪镇法高村民委员会,"1,234,567.80",006223571324751830');
    t.equal(second, "2,=1+1,0.10,1E5");
  });
});
