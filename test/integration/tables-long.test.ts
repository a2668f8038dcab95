import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import tap, { after, type Test, test } from "tap";
import { openTable } from "../../src/exchange/table-reader.ts";
import { columnName, writeWorkbook } from "../support/xlsx.ts";

/**
 * Set `LONG_ROWS=1048576` to read as many rows as a sheet can have, which takes minutes. The peak
 * includes the writing of the files, which is streamed as well.
 */
const rows = Number(process.env["LONG_ROWS"] ?? 0);
const options = { skip: rows === 0 && "set LONG_ROWS" };
tap.setTimeout(1_200_000);
const folder = await mkdtemp(join(tmpdir(), "tables-"));
after(() => rm(folder, { recursive: true }));

const columns = Array.from({ length: 15 }, (_, column) => columnName(column));
const strangers = 4;

async function inLittleMemory(t: Test, path: string): Promise<void> {
  const started = performance.now();
  const table = await openTable(path, { idColumn: "A", known: ["A"] });
  let count = 0;
  for await (const batch of table.batches(5000)) count += batch.length;
  await table.close();
  const rate = Math.round(count / ((performance.now() - started) / 1000));
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  t.comment(`${table.format}: ${String(rate)} rows/s, peak ${String(peakMb)} MB`);
  t.equal(count, rows - 1);
  t.ok(peakMb < 512);
}

test("a CSV file of LONG_ROWS rows is read in little memory", options, async (t) => {
  const path = join(folder, "long.csv");
  function* text(): Generator<string> {
    yield `${columns.join()}\n`;
    for (let row = 1; row < rows; row += 1000) {
      let lines = "";
      for (let at = row; at < Math.min(rows, row + 1000); at++) {
        lines += `${columns.map((name) => `${name}值${String(at)}`).join()}\n`;
      }
      yield lines;
    }
  }
  await pipeline(Readable.from(text()), createWriteStream(path));
  await inLittleMemory(t, path);
});

for (const order of ["written", "shuffled"]) {
  test(`a workbook of LONG_ROWS rows, its strings ${order}, too`, options, async (t) => {
    const path = join(folder, `${order}.xlsx`);
    function* strings(): Generator<string> {
      yield columns.map((name) => `<si><t>${name}</t></si>`).join("");
      for (let row = 0; row < rows; row++) {
        let items = "";
        for (let column = 0; column < strangers; column++) {
          items += `<si><t>第${String(row)}行第${String(column)}列的值</t></si>`;
        }
        yield items;
      }
    }
    function* sheet(): Generator<string> {
      for (let row = 0; row < rows; row++) {
        const source = order === "written" ? row : (row * 7919) % rows;
        const cells = columns.map((name, column) => {
          const reference = `r="${name}${String(row + 1)}"`;
          if (row > 0 && column >= 9) return `<c ${reference}><v>${String(row / 100)}</v></c>`;
          const shared = row > 0 && column < strangers ? 15 + source * strangers + column : column;
          return `<c ${reference} t="s"><v>${String(shared)}</v></c>`;
        });
        yield `<row r="${String(row + 1)}">${cells.join("")}</row>`;
      }
    }
    await writeWorkbook(path, { rows: sheet, strings });
    await inLittleMemory(t, path);
  });
}
