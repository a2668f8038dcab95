// Odd files, each trait alone and in pairs, read by the ledger and by a plain reader: the same
// cells, the same rows refused. `FILES=50000` makes as many files; a failure is its seed again.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tap, { after, test } from "tap";
import type { Cell } from "../../src/domain/cell.ts";
import type { Kind } from "../../src/domain/kind.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import { openRejectedRows } from "../../src/exchange/rejected-rows.ts";
import type { Table, TableRow } from "../../src/exchange/table.ts";
import { openTable, TableError } from "../../src/exchange/table-reader.ts";
import { randomSource } from "../support/county.ts";
import { oddFile, traits } from "../support/odd-files.ts";
import type { PlainCell, PlainTable } from "../support/plain-reader.ts";
import { readPlainly } from "../support/plain-reader.ts";
import { isMalformed, plainText } from "../support/reference-model.ts";
import { writeParts } from "../support/xlsx.ts";

tap.setTimeout(7_200_000);
const seed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 2 ** 31);
const filesMax = Number(process.env["FILES"] ?? 400);
const folder = await mkdtemp(join(tmpdir(), "sunshine-odd-"));
after(() => rm(folder, { recursive: true }));

/** A row as both readers say it: its cells by place, and whether it is malformed. */
interface Row {
  readonly row: number;
  readonly cells: readonly string[];
  readonly isMalformed: boolean;
}

/** What a file says; undefined where it is refused whole. */
interface Said {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly stopped: number | undefined;
}

/** What the ledger reads; its malformed rows are written beside the file. */
async function ours(path: string, kind: Kind): Promise<Said | undefined> {
  const known = Object.values(kind.columns).map(({ column }) => column);
  const options = { idColumn: kind.idColumn, known };
  const table = await openTable(path, options).catch((error: unknown) => {
    if (error instanceof TableError) return undefined;
    throw error;
  });
  if (table === undefined) return undefined;
  const { format, header, encoding } = table;
  const rejected = openRejectedRows({ path: `${path}.rejected`, format, header, encoding });
  const rows: Row[] = [];
  let stopped: number | undefined;
  try {
    for await (const batch of table.batches(3)) {
      for (const row of batch) {
        const read = ourRow(kind, table, row);
        rows.push(read);
        if (read.isMalformed) rejected.write(row, "MalformedField", "=原因");
      }
    }
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    stopped = error.row;
  } finally {
    await table.close();
  }
  await rejected.finish();
  const columns = table.columns.map((name) => (known.includes(name) ? name : ""));
  return { columns, rows, stopped };
}

function ourRow(kind: Kind, { columns }: Table, { row, cells, surplus }: TableRow): Row {
  const named: Record<string, Cell> = {};
  // An unknown column may stand twice or have no name.
  columns.forEach((name, at) => {
    named[name === "" || name in named ? `${name}第${at}列` : name] = cells[at] ?? "";
  });
  const parsed = kind.parse({ cells: named, surplus });
  const shown = cells.map((cell) => (typeof cell === "string" ? cell : `? ${cell.unknown}`));
  return { row, cells: shown, isMalformed: !parsed.ok };
}

/** Malformed rows as they must come back: malformed again, with the same cells. */
function expectedBack({ columns, rows }: Said): Said | undefined {
  const refused = rows.filter((row) => row.isMalformed);
  if (refused.length === 0) return undefined;
  const back = refused.map(({ row, cells }, at) => ({
    row: at + 2,
    cells: [
      ...cells.slice(0, columns.length).map(marked),
      ...[String(row), "MalformedField", "=原因"],
      ...cells.slice(columns.length).map(marked),
    ],
    isMalformed: true,
  }));
  return { columns: [...columns, "", "", ""], rows: back, stopped: undefined };
}

function marked(cell: string): string {
  return cell.startsWith("? ") ? "? marked" : cell;
}

function plainly(kind: Kind, table: PlainTable): Said {
  const rows = table.rows.map(({ row, cells, surplus }) => {
    const named = cells.map((cell, at): [string, string] => [
      (table.columns[at] ?? "") === "" ? `${at}` : (table.columns[at] ?? ""),
      typeof cell === "string" ? cell : "#N/A",
    ]);
    const malformed = surplus || isMalformed(kind.name, Object.fromEntries(named));
    return { row, cells: cells.map(plainCell), isMalformed: malformed };
  });
  return { columns: table.columns, rows, stopped: table.stopped };
}

function plainCell(cell: PlainCell): string {
  if (typeof cell !== "string") return `? ${cell.unknown}`;
  return plainText(cell) ?? (cell.includes("#未知") ? "? marked" : "? error");
}

const names = Object.keys(traits);
const alone = names.map((name) => [name]);
const pairs = names.flatMap((one) => names.flatMap((two) => (one < two ? [[one, two]] : [])));

/** Every trait alone, pairs in an order of chance, and then again from the start. */
function* combinations(count: number): Generator<readonly string[]> {
  const random = randomSource(seed);
  const shuffled = [...pairs];
  for (const at of shuffled.keys()) {
    const other = random.below(at + 1);
    [shuffled[at], shuffled[other]] = [shuffled[other] ?? [], shuffled[at] ?? []];
  }
  const all = [[], ...alone, ...shuffled];
  for (let made = 0; made < count; made++) {
    const found = all[made % all.length] ?? [];
    yield random.chance(0.5) ? found : [...found].reverse();
  }
}

test("odd files are read as a plain reader reads them", async (t) => {
  t.comment(`seed ${seed}, ${filesMax} files, ${names.length} traits, ${pairs.length} pairs`);
  let made = 0;
  const counts = { whole: 0, rows: 0, malformed: 0, stopped: 0 };
  for (const combination of combinations(filesMax)) {
    const own = (seed + made) % 2 ** 31;
    const { kind, content } = oddFile(own, combination);
    const path = join(folder, String(++made));
    if (Buffer.isBuffer(content)) await writeFile(path, content);
    else await writeParts(path, content);
    const type = kindOf(kind);
    const known = Object.values(type.columns).map(({ column }) => column);
    const plain = readPlainly(await readFile(path), type.idColumn, known);
    const [found, wanted] = [await ours(path, type), plain && plainly(type, plain)];
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      t.strictSame(found, wanted, `seed ${own}: ${kind}: ${combination.join(", ")}`);
    }
    if (found !== undefined) {
      const back = expectedBack(found) && (await ours(`${path}.rejected`, type));
      if (JSON.stringify(back) !== JSON.stringify(expectedBack(found))) {
        t.strictSame(back, expectedBack(found), `seed ${own}: back: ${combination.join(", ")}`);
      }
    }
    counts.whole += wanted === undefined ? 0 : 1;
    counts.rows += wanted?.rows.length ?? 0;
    counts.malformed += wanted?.rows.filter(({ isMalformed: is }) => is).length ?? 0;
    counts.stopped += wanted?.stopped === undefined ? 0 : 1;
    for (const end of ["", ".rejected", ".rejected.rejected"]) {
      await rm(path + end, { force: true });
    }
  }
  t.comment(JSON.stringify(counts));
  t.ok(counts.whole > made / 2 && counts.malformed > 0 && counts.stopped > 0, "of every sort");
});
