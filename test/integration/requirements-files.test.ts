// The rows of all requirements as bureaus' files: in UTF-8, in GB18030 and as workbooks they are
// the same commands as by themselves, and what is malformed is refused with the same code.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import { test } from "tap";
import { importFile } from "../../src/app/import.ts";
import { readText } from "../../src/domain/cell.ts";
import type { KindName } from "../../src/domain/kinds.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import type { Handler } from "../../src/write/handle.ts";
import { requirements } from "../requirements/requirements.ts";
import type { CountyRow } from "../support/county.ts";
import { toCsv } from "../support/county.ts";
import { inlineRow, writeWorkbook } from "../support/xlsx.ts";

/** The rows of all examples by their kind, each once. */
function rowsByKind(): ReadonlyMap<KindName, readonly CountyRow[]> {
  const rows = new Map<KindName, Map<string, CountyRow>>();
  for (const deed of requirements.flatMap(({ example }) => example)) {
    const steps = "steps" in deed ? deed.steps : "step" in deed ? [deed.step] : [];
    for (const [kind, row] of steps) {
      const own = rows.get(kind) ?? new Map<string, CountyRow>();
      rows.set(kind, own.set(JSON.stringify(row), row));
    }
  }
  return new Map([...rows].map(([kind, own]) => [kind, [...own.values()]]));
}

/** How a file of some rows is written. */
const formats: Readonly<Record<string, (path: string, rows: readonly CountyRow[]) => unknown>> = {
  "utf-8.csv": (path, rows) => writeFile(path, toCsv(rows, columnsOf(rows))),
  "gb18030.csv": (path, rows) =>
    writeFile(path, iconv.encode(toCsv(rows, columnsOf(rows)), "gb18030")),
  "workbook.xlsx": (path, rows) => {
    const columns = columnsOf(rows);
    const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))];
    return writeWorkbook(path, { rows: lines.map((line, at) => inlineRow(at + 1, line)).join("") });
  },
};

function columnsOf(rows: readonly CountyRow[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/** What a file's rows come to: commands, and codes of those that are malformed. */
async function readAs(kind: KindName, path: string) {
  const commands: unknown[] = [];
  const handle: Handler["handle"] = (batch) => {
    commands.push(...batch.commands);
    return Promise.resolve(batch.commands.map(() => ({ status: "alreadyRecorded" })));
  };
  const { refused, stopped } = await importFile({ handle }, kind, path, { actor: "clerk" });
  return { commands, refused: refused.map(({ code }) => code), stopped };
}

for (const [kind, rows] of rowsByKind()) {
  test(`${rows.length} rows of ${kind}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "sunshine-formats-"));
    t.teardown(() => rm(folder, { recursive: true }));
    const columns = columnsOf(rows);
    const parsed = rows.map((row) => {
      const cells = columns.map((column) => [column, readText(row[column] ?? "")] as const);
      return kindOf(kind).parse({ cells: Object.fromEntries(cells) });
    });
    const plain = {
      commands: parsed.flatMap((one) => (one.ok ? [one.command] : [])),
      refused: parsed.flatMap((one) => (one.ok ? [] : [one.refusal.code])),
      stopped: undefined,
    };
    t.equal(plain.commands.length + plain.refused.length, rows.length);
    for (const [name, write] of Object.entries(formats)) {
      const path = join(folder, name);
      await write(path, rows);
      t.strictSame(await readAs(kind, path), plain, name);
    }
  });
}
