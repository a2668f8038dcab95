import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import iconv from "iconv-lite";
import { after, type Test, test } from "tap";
import { unknownCells } from "../../src/domain/cell.ts";
import { openRejectedRows } from "../../src/exchange/rejected-rows.ts";
import { openTable } from "../../src/exchange/table-reader.ts";
import type { Table, TableOptions, TableRow } from "../../src/exchange/table.ts";
import { columnName, inlineRow, workbookParts, writeParts, xmlText } from "../support/xlsx.ts";
import type { Part, Workbook } from "../support/xlsx.ts";

const folder = await mkdtemp(join(tmpdir(), "tables-"));
after(() => rm(folder, { recursive: true }));

const seed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 2 ** 31);
let files = 0;
const newPath = (): string => join(folder, `${String(++files)}.table`);

/** Collects garbage and answers how many bytes are left on the heap. */
function collector(): () => number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  return () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
}

/** The id column of these tables is `a` unless another is given. */
async function withTable<T>(
  path: string,
  use: (table: Table) => Promise<T>,
  options: Partial<TableOptions> = {},
): Promise<T> {
  const table = await openTable(path, { idColumn: "a", known: ["a"], ...options });
  try {
    return await use(table);
  } finally {
    await table.close();
  }
}

async function rowsOf(table: Table, rowsMax = 100): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const batch of table.batches(rowsMax)) rows.push(...batch);
  return rows;
}

async function readParts(parts: Record<string, Part>): Promise<TableRow[]> {
  const path = newPath();
  await writeParts(path, parts, 9);
  return withTable(path, rowsOf);
}

const small: Workbook = { rows: inlineRow(1, ["a"]) + inlineRow(2, ["1"]) };
const wanted = [{ row: 2, cells: ["1"], raw: ["1"] }];

function replaced(part: string, from: string | RegExp, to: string): Record<string, Part> {
  const text = workbookParts(small)[part];
  if (typeof text !== "string") throw new Error(`${part} is not a text`);
  return { ...workbookParts(small), [part]: text.replaceAll(new RegExp(from, "g"), to) };
}

test("a workbook", async (t) => {
  await t.test("may be of the strict kind", async (t) => {
    const strict = "http://purl.oclc.org/ooxml/officeDocument/relationships";
    const usual = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const parts = replaced("xl/_rels/workbook.xml.rels", usual, strict);
    t.strictSame(await readParts(parts), wanted);
  });

  await t.test("may prefix its elements", async (t) => {
    const sheet =
      '<x:worksheet xmlns:x="main"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>a</x:t>' +
      "</x:is></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>";
    t.strictSame(
      await readParts({ ...workbookParts(small), "xl/worksheets/sheet1.xml": sheet }),
      wanted,
    );
  });

  await t.test("may name its parts in other places and cases", async (t) => {
    const absolute = replaced("xl/_rels/workbook.xml.rels", "worksheets/", "/xl/WorkSheets/");
    t.strictSame(await readParts(absolute), wanted);
  });

  await t.test("may be UTF-16 inside", async (t) => {
    const path = newPath();
    const sheet = `<worksheet><sheetData>${small.rows as string}</sheetData></worksheet>`;
    const bytes = iconv.encode(sheet, "utf-16le", { addBOM: true });
    await writeParts(path, { ...workbookParts(small), "xl/worksheets/sheet1.xml": bytes });
    t.strictSame(await withTable(path, rowsOf), wanted);
  });

  await t.test("is read by its first sheet in the order of the workbook", async (t) => {
    const sheet = (id: string): string => `<sheet name="${id}" sheetId="9" r:id="${id}"/>`;
    const relation = (id: string, kind: string, target: string): string =>
      `<Relationship Id="${id}" Type="x/${kind}" Target="worksheets/${target}.xml"/>`;
    const other = `<worksheet><sheetData>${inlineRow(1, ["x"])}</sheetData></worksheet>`;
    const order = sheet("chart") + sheet("worksheet1") + sheet("other");
    const parts = {
      ...replaced("xl/workbook.xml", "<sheet .*?/>", order),
      "xl/_rels/workbook.xml.rels":
        `<Relationships>${relation("other", "worksheet", "other")}` +
        relation("chart", "chartsheet", "chart") +
        `${relation("worksheet1", "worksheet", "sheet1")}</Relationships>`,
      "xl/worksheets/chart.xml": "<chartsheet/>",
      "xl/worksheets/other.xml": other,
    };
    t.strictSame(await readParts(parts), wanted);
  });

  await t.test("is read by its first visible sheet, or the one that is named", async (t) => {
    const names = ["旧", "封面", "表"];
    const tags = names.map((name, at) => {
      const state = at === 0 ? ' state="hidden"' : "";
      return `<sheet name="${name}" sheetId="${at}"${state} r:id="w${at}"/>`;
    });
    const related = names.map(
      (_, at) => `<Relationship Id="w${at}" Type="x/worksheet" Target="${at}"/>`,
    );
    const path = newPath();
    const sheets = [small.rows, inlineRow(1, ["x"]), inlineRow(1, ["a"])];
    await writeParts(path, {
      ...replaced("xl/workbook.xml", "<sheet .*?/>", tags.join("")),
      "xl/_rels/workbook.xml.rels": `<Relationships>${related.join("")}</Relationships>`,
      ...Object.fromEntries(
        sheets.map((rows, at) => [
          `xl/${at}`,
          `<worksheet><sheetData>${String(rows)}</sheetData></worksheet>`,
        ]),
      ),
    });
    const read = (sheet?: string) =>
      withTable(path, async (table) => [table.sheets, await rowsOf(table)], { sheet });
    const cover = /^sheet 封面: none of .*; the workbook also has 旧, 表: name the sheet/;
    await t.rejects(read(), { code: "FileMalformed", message: cover });
    t.strictSame(await read(" 表"), [{ read: "表", notRead: ["旧", "封面"] }, []]);
    t.strictSame(await read("旧"), [{ read: "旧", notRead: ["封面", "表"] }, wanted]);
    await t.rejects(read("新"), { message: /no sheet of that name; it has 旧, 封面, 表/ });
    const hidden = replaced("xl/workbook.xml", "<sheet ", '<sheet state="veryHidden" ');
    await t.rejects(readParts(hidden), { message: /no visible sheet/ });
  });
});

test("a cell that is remembered keeps nothing else of its workbook", async (t) => {
  const idOf = (n: number): string => `530424${String(n).padStart(10, "0")}`;
  const [rows, filler] = [20_000, "填".repeat(200)];
  function* sheet(): Generator<string> {
    yield inlineRow(1, ["a", "shared", "filler"]);
    for (let n = 2; n <= rows; n++) {
      const shared = `<c r="B${n}" t="s"><v>${n - 2}</v></c>`;
      yield inlineRow(n, [idOf(n), "", filler]).replace('<c r="C', `${shared}<c r="C`);
    }
  }
  function* strings(): Generator<string> {
    for (let n = 2; n <= rows; n++) yield `<si><t>${idOf(n)} ${filler}</t></si>`;
  }
  const path = newPath();
  await writeParts(path, workbookParts({ rows: sheet, strings }));
  const remembered: string[] = [];
  const collect = collector();
  const before = collect();
  await withTable(path, async (table) => {
    for await (const batch of table.batches(1_000)) {
      for (const { row, raw } of batch)
        if (row % 100 === 0) remembered.push(...raw.slice(0, 2).map(String));
    }
  });
  const kept = collect() - before;
  t.equal(remembered.length, rows / 50);
  t.ok(kept < 4_000_000, `${kept} bytes of ${rows * 1_200}`);
});

test("what is no sound workbook is refused", async (t) => {
  const refused = async (t: Test, path: string, message: RegExp): Promise<void> => {
    await t.rejects(withTable(path, rowsOf), { code: "FileMalformed", message });
  };
  const parts = async (t: Test, made: Record<string, Part>, message: RegExp): Promise<void> => {
    await t.rejects(readParts(made), { code: "FileMalformed", message });
  };
  const bytes = async (t: Test, content: Buffer, message: RegExp): Promise<void> => {
    const path = newPath();
    await writeFile(path, content);
    await refused(t, path, message);
  };
  const path = newPath();
  await writeParts(path, workbookParts({ rows: () => [small.rows as string, " ".repeat(9000)] }));
  const sound = await readFile(path);

  await t.test("a zip of other things", async (t) => {
    await parts(t, { "a.txt": "a" }, /not an \.xlsx/);
    await parts(t, replaced("_rels/.rels", "workbook.xml", "workbook.bin"), /not an \.xlsx/);
    await parts(t, replaced("xl/workbook.xml", "<sheet .*?/>", ""), /no sheet/);
    await bytes(t, Buffer.from("504b0506".padEnd(44, "0"), "hex"), /not an \.xlsx/);
  });

  await t.test("a file that is cut or altered", async (t) => {
    await bytes(t, sound.subarray(0, -30), /damaged/);
    await bytes(t, sound.subarray(0, 300), /damaged/);
    const altered = Buffer.from(sound);
    const at = altered.indexOf("xl/worksheets/sheet1.xml") + 40;
    altered.fill(0x55, at, at + 40);
    await bytes(t, altered, /damaged/);
    await parts(t, replaced("xl/workbook.xml", "</sheets>", "</sheet>"), /damaged/);
    await parts(t, replaced("xl/workbook.xml", "^", "<!DOCTYPE x>"), /damaged/);
  });

  await t.test("a file in which a digit was altered, behind its rows", async (t) => {
    const whole = newPath();
    const rows = inlineRow(1, ["a"]) + inlineRow(2, ["888"]);
    await writeParts(whole, workbookParts({ rows }), 0);
    const content = await readFile(whole);
    content.write("1", content.indexOf("888"));
    const path = newPath();
    await writeFile(path, content);
    const read: TableRow[] = [];
    const reading = withTable(path, async (table) => {
      for await (const batch of table.batches(10)) read.push(...batch);
    });
    await t.rejects(reading, { code: "FileMalformed", message: /damaged/ });
    t.equal(read.length, 1, "which are delivered");
  });

  await t.test("a file that is damaged behind many rows, once they are delivered", async (t) => {
    const rows = Array.from({ length: 30_000 }, (_, at) => inlineRow(at + 1, [at ? `${at}` : "a"]));
    const whole = newPath();
    await writeParts(whole, workbookParts({ rows: rows.join("") }), 9);
    const content = await readFile(whole);
    content.fill(0x55, Math.floor(content.length / 2), Math.floor(content.length / 2) + 99);
    const path = newPath();
    await writeFile(path, content);
    let [count, last] = [0, 0];
    const reading = withTable(path, async (table) => {
      for await (const batch of table.batches(1_000)) {
        count += batch.length;
        last = batch.at(-1)?.row ?? 0;
      }
    });
    await t.rejects(reading, { code: "FileMalformed", message: /damaged/ });
    t.ok(count > 1_000 && last === count + 1, `${count} rows up to ${last}`);
  });

  await t.test("one with a password, or of the old kind", async (t) => {
    await bytes(t, Buffer.from("d0cf11e0a1b11ae1".padEnd(1024, "0"), "hex"), /password|\.xls /);
    const locked = Buffer.from(sound);
    for (let at = 0; ; at++) {
      at = locked.indexOf("PK\u0001\u0002", at);
      if (at === -1) break;
      locked[at + 8] = (locked[at + 8] ?? 0) | 1;
    }
    await bytes(t, locked, /password/);
  });

  await t.test("one that unpacks to far more than it is", async (t) => {
    const blank = function* () {
      for (let count = 0; count < 80; count++) yield " ".repeat(1 << 20);
    };
    await parts(t, workbookParts({ rows: blank }), /unpacks to more/);
    const deep = `${"<a>".repeat(1000)}${"</a>".repeat(1000)}`;
    await parts(t, workbookParts({ rows: deep }), /damaged/);
  });
});

test("what is no table is refused by its name, with how to save it", async (t) => {
  /** A file of the old Office whose directory has these names. */
  const compound = (...names: readonly string[]): Buffer => {
    const header = Buffer.alloc(512);
    header.write("d0cf11e0a1b11ae1", "hex");
    header.writeUInt16LE(9, 30);
    header.writeUInt32LE(1, 48);
    const entries = names.map((name) => Buffer.concat([Buffer.from(name, "utf16le")], 128));
    return Buffer.concat([header, Buffer.alloc(512), ...entries]);
  };
  const cases: readonly (readonly [string | Buffer, RegExp])[] = [
    ["<html><body><table>", /a web page; open it in a spreadsheet and save it as \.xlsx or CSV/],
    ["\ufeff \r\n<!DOCTYPE html>\n<html>", /a web page/],
    [iconv.encode("<table><tr><td>业务编号", "gb18030"), /a web page/],
    [iconv.encode("<html>业务编号", "utf-16le", { addBOM: true }), /a web page/],
    ['<?xml version="1.0"?>\n<?mso-application?>\n<Workbook xmlns="x">', /a workbook in XML/],
    ['<?xml version="1.0"?><rows/>', /XML or a web page/],
    ["MIME-Version: 1.0\r\nContent-Type: multipart/related", /\.mht/],
    ["%PDF-1.7\n", /a PDF/],
    ["{\\rtf1", /RTF/],
    ["ID;PWXL;N;E\n", /SYLK/],
    [compound("Root Entry", "Workbook"), /old \.xls format; open it/],
    [compound("Root Entry", "Book"), /old \.xls format; open it/],
    [compound("Root Entry", "EncryptionInfo", "EncryptedPackage"), /protected with a password/],
    [compound("Root Entry", "WordDocument"), /\.doc/],
    [Buffer.from("0908100000060500", "hex"), /old \.xls format/],
    [Buffer.from("1f8b0800", "hex"), /packed/],
    [Buffer.from("89504e470d0a1a0a", "hex"), /a picture/],
  ];
  for (const [content, message] of cases) {
    const path = newPath();
    await writeFile(path, content);
    await t.rejects(withTable(path, rowsOf), { code: "FileMalformed", message }, String(message));
  }
  for (const [part, message] of [
    ["xl/workbook.bin", /\.xlsb/],
    ["content.xml", /\.ods/],
    ["word/document.xml", /\.docx/],
    ["a.csv", /unpack it/],
  ] as const) {
    await t.rejects(readParts({ [part]: "x" }), { code: "FileMalformed", message });
  }
});

test("a table in batches", async (t) => {
  const path = newPath();
  const lines = Array.from({ length: 50_000 }, (_, n) => `${String(n)},值`);
  await writeFile(path, `a,b\n${lines.join("\n")}\n`);

  await t.test("comes in the size that is asked for, with progress", async (t) => {
    await withTable(path, async (table) => {
      const sizes: number[] = [];
      let read = 0;
      for await (const batch of table.batches(20_000)) {
        sizes.push(batch.length);
        t.ok(table.bytesRead() >= read && table.bytesRead() <= table.bytes);
        read = table.bytesRead();
      }
      t.strictSame(sizes, [20_000, 20_000, 10_000]);
      t.equal(table.bytesRead(), table.bytes);
      t.throws(() => table.batches(1));
    });
  });

  await t.test("may be left in the middle and closed twice, and leaves no file open", async (t) => {
    const workbook = newPath();
    const sheet = () => lines.map((_, at) => inlineRow(at + 1, [String(at), "值"]));
    const strings = () => lines.map((line) => `<si><t>${line}</t></si>`);
    const cell = '<row r="60000"><c t="s"><v>0</v></c></row>';
    const rows = () => [inlineRow(1, ["a"]), ...sheet().slice(1), cell];
    await writeParts(workbook, workbookParts({ rows, strings }));
    const opened = async () => (await readdir("/proc/self/fd").catch(() => [])).length;
    const before = await opened();
    for (const file of [path, workbook]) {
      for (const batches of [0, 1, 9999]) {
        const table = await openTable(file, { idColumn: "a", known: ["a"] });
        let count = 0;
        if (batches > 0) {
          for await (const batch of table.batches(10)) {
            if (batch.length > 10) t.fail();
            if (++count === batches) break;
          }
        }
        await table.close();
        await table.close();
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    t.equal(await opened(), before);
  });

  await t.test("is cut short where the rows are long", async (t) => {
    const long = newPath();
    await writeFile(long, `a\n${`${"x".repeat(1 << 20)}\n`.repeat(20)}`);
    await withTable(long, async (table) => {
      let batches = 0;
      for await (const batch of table.batches(1000)) {
        t.ok(batch.length <= 8);
        batches++;
      }
      t.ok(batches >= 3);
    });
  });
});

const special = "\",;\r\n\t \u3000\u00a0\ufeff_x0041_&<>'县乡村𠮷龴".match(/./gsu) ?? [];
/** Private use differs between tables of GB18030; of the controls XML holds but three. */
const unwritable = /[\p{Co}\p{Cs}\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu;
const unit = fc.oneof(
  fc.constantFrom(...special),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);
const text = fc.string({ unit, maxLength: 12 }).map((found) => found.replace(unwritable, "文"));
const width = 4;
const header = ["a", ...Array.from({ length: width - 1 }, (_, column) => `列${String(column)}`)];
const table = fc.array(fc.array(text, { minLength: width, maxLength: width }), { maxLength: 30 });

/** A text without the blanks around it, of which U+FEFF is none, and without its guard. */
function plain(text: string): string {
  const blank = (character: string | undefined) => /[^\S\ufeff]/.test(character ?? "");
  const letters = Array.from(text);
  while (blank(letters[0])) letters.shift();
  while (blank(letters.at(-1))) letters.pop();
  const trimmed = letters.join("");
  const [first = "", second = ""] = letters;
  if (trimmed.startsWith('="') && trimmed.endsWith('"') && trimmed.length > 2) {
    const inside = trimmed.slice(2, -1).split('""');
    if (!inside.some((piece) => piece.includes('"'))) return plain(inside.join('"'));
  }
  const isGuarded = "=+-@'".includes(second) || /^[0-9]*$/.test(trimmed.slice(1));
  return first === "'" && second !== "" && isGuarded ? trimmed.slice(1) : trimmed;
}

function expected(rows: readonly (readonly string[])[]): TableRow[] {
  return rows
    .map((raw, at) => ({ row: at + 2, cells: raw.map(plain), raw }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
}

test("what is written in CSV is what is read", async (t) => {
  t.comment(`seed ${String(seed)}`);
  const line = fc.constantFrom("\n", "\r\n", "\r");
  const encoding = fc.constantFrom("utf-8", "utf-8-bom", "gb18030");
  await fc.assert(
    fc.asyncProperty(table, line, encoding, fc.boolean(), async (rows, eol, name, quoted) => {
      const path = newPath();
      const written = stringify([header, ...rows], {
        record_delimiter: eol,
        quoted,
        quoted_match: /[\r\n]/,
      });
      const charset = name === "gb18030" ? name : "utf-8";
      const addBOM = name === "utf-8-bom";
      await writeFile(path, iconv.encode(written, charset, { addBOM }));
      await withTable(path, async (read) => {
        t.same(await rowsOf(read, 7), expected(rows));
      });
      await rm(path);
    }),
    { seed, numRuns: 150 },
  );
});

test("what is written in XLSX is what is read, the strings shared or not", async (t) => {
  t.comment(`seed ${String(seed)}`);
  await fc.assert(
    fc.asyncProperty(table, fc.infiniteStream(fc.boolean()), async (rows, shares) => {
      const path = newPath();
      const strings: string[] = [];
      const cell = (value: string, row: number, column: number): string => {
        const reference = `r="${columnName(column)}${String(row)}"`;
        const xml = `<t xml:space="preserve">${xmlText(value)}</t>`;
        if (shares.next().value !== true) {
          return `<c ${reference} t="inlineStr"><is>${xml}</is></c>`;
        }
        strings.unshift(`<si>${xml}</si>`);
        return `<c ${reference} t="s"><v>-${String(strings.length)}</v></c>`;
      };
      const sheet = [header, ...rows].map((cells, at) => {
        const row = at + 1;
        const xml = cells.map((value, column) => cell(value, row, column));
        return `<row r="${String(row)}">${xml.join("")}</row>`;
      });
      const xml = sheet.join("").replace(/<v>-(\d+)</g, (_, number) => {
        return `<v>${String(strings.length - Number(number))}<`;
      });
      await writeParts(path, workbookParts({ rows: xml, strings: strings.join("") }));
      await withTable(path, async (read) => {
        t.same(await rowsOf(read, 7), expected(rows));
      });
      await rm(path);
    }),
    { seed, numRuns: 100 },
  );
});

test("rows rejected again and again stay what they are", async (t) => {
  t.comment(`seed ${String(seed)}`);
  const encoding = fc.constantFrom("utf-8" as const, "utf-8-bom" as const, "gb18030" as const);
  await fc.assert(
    fc.asyncProperty(table, encoding, async (rows, name) => {
      const path = newPath();
      const added = ["行号", "拒绝代码", "拒绝原因"];
      let columns = header;
      for (let time = 0, refused = expected(rows); time < 2; time++) {
        const out = openRejectedRows({ path, format: "csv", header: columns, encoding: name });
        for (const row of refused) out.write(row, "代码", '原因, "一"');
        t.equal((await out.finish()).warning, null);
        if (refused.length === 0) break;
        await withTable(path, async (read) => {
          columns = [...read.header];
          t.same(columns, [...header, ...added]);
          const wanted = refused.map(({ row, cells }) => [
            ...cells.slice(0, width),
            String(row),
            "代码",
            '原因, "一"',
          ]);
          refused = await rowsOf(read);
          t.same(
            refused.map(({ cells }) => cells),
            wanted,
          );
          const ascii = !/[^\0-\x7f]/.test(wanted.flat().map(String).join(""));
          t.ok(ascii || read.encoding === name, read.encoding);
        });
      }
      await rm(path, { force: true });
    }),
    { seed, numRuns: 100 },
  );
});

test("GB18030 gives back every character of the basic plane", async (t) => {
  const path = newPath();
  const out = openRejectedRows({ path, format: "csv", header: ["a"], encoding: "gb18030" });
  const wanted: string[] = [];
  for (let code = 0x20; code < 0x10000; code += 32) {
    const letters = String.fromCharCode(...Array.from({ length: 32 }, (_, at) => code + at));
    if (/[\p{Co}\p{Cs}]/u.test(letters)) continue;
    wanted.push(letters);
    out.write({ row: 2, cells: [letters], raw: [letters] }, "", "");
  }
  await out.finish();
  await withTable(path, async (read) => {
    t.equal(read.encoding, "gb18030");
    t.strictSame(
      (await rowsOf(read)).map(({ cells }) => cells[0]),
      wanted.map(plain),
    );
  });
});

test("the file of rejected rows", async (t) => {
  const row = (number: number, ...raw: string[]): TableRow => ({ row: number, cells: raw, raw });
  const quotedCell = (text: string) =>
    text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
  const lost = unknownCells.lostEnd;
  const utf8 = (path: string, columns: readonly string[]) =>
    openRejectedRows({ path, format: "csv", header: columns, encoding: "utf-8" });

  await t.test("has the input's columns and why", async (t) => {
    const path = newPath();
    const out = utf8(path, ["a", "行号", "b"]);
    out.write(row(7, " 1", "99", '=2,"3"'), "MalformedField", "金额");
    t.equal((await out.finish()).warning, null);
    t.equal(
      await readFile(path, "utf8"),
      'a,b,行号,拒绝代码,拒绝原因\r\n 1,"\'=2,""3""",7,MalformedField,金额\r\n',
    );
  });

  await t.test("does not make an unknown cell or a surplus value look good", async (t) => {
    const path = newPath();
    const out = utf8(path, ["a", "b"]);
    const lost = [unknownCells.lostEnd, "1"];
    out.write({ row: 2, cells: lost, raw: lost }, "A", "");
    out.write({ row: 3, cells: ["1", "2"], raw: ["1", "2", "00.00"], surplus: true }, "B", "");
    t.equal((await out.finish()).warning, null);
    t.match(await readFile(path, "utf8"), /\n#未知,1,2,/);
    const again = await withTable(path, rowsOf);
    t.strictSame(
      again.map(({ cells }) => cells.slice(0, 3)),
      [
        [unknownCells.marked, "1", "2"],
        ["1", "2", "3"],
      ],
    );
    t.strictSame(
      again.map(({ surplus }) => surplus),
      [undefined, true],
    );
  });

  await t.test("guards what a spreadsheet would run, and what was guarded", async (t) => {
    const cells = [
      ["=1+1", "'=1+1", "=1+1"],
      ["@SUM(A1)", "'@SUM(A1)", "@SUM(A1)"],
      ["+86 139", "'+86 139", "+86 139"],
      ["-1+2", "'-1+2", "-1+2"],
      ["-12.50", "-12.50", "-12.50"],
      ["'0123", "'0123", "0123"],
      ['="0123"', "'0123", "0123"],
      ['="a""b"', '"a""b"', 'a"b'],
      ["''1", "''1", "'1"],
      ["'=1", "'=1", "=1"],
      ["'twas", "'twas", "'twas"],
      ["0123", "'0123", "0123"],
      ["1230", "1230", "1230"],
      ["+5.00", "+5.00", "+5.00"],
    ];
    const columns = cells.map((_, at) => (at === 0 ? "a" : `c${at}`));
    const input = newPath();
    const raw = cells.map(([written = ""]) => written);
    await writeFile(input, `${columns.join()}\n${raw.map((one) => quotedCell(one)).join()}\n`);
    for (const format of ["csv", "xlsx"] as const) {
      const path = `${newPath()}.${format}`;
      await withTable(input, async (table) => {
        const out = openRejectedRows({ path, format, header: table.header, encoding: "utf-8" });
        for (const one of await rowsOf(table)) {
          t.strictSame(
            one.cells,
            cells.map(([, , read]) => read),
            "is read as it should be",
          );
          out.write(one, "A", "=cmd");
        }
        t.strictSame(await out.finish(), { file: { path, format }, warning: null });
      });
      const again = await withTable(path, rowsOf);
      t.strictSame(
        again[0]?.cells.slice(0, cells.length),
        cells.map(([, , read]) => read),
        format,
      );
      if (format === "xlsx") continue;
      const line = (await readFile(path, "utf8")).split("\r\n")[1];
      t.equal(line, `${cells.map(([, out]) => out).join()},2,A,'=cmd`);
    }
  });

  await t.test("of a workbook is a workbook of texts", async (t) => {
    const path = `${newPath()}.xlsx`;
    const header = ["a", "户 编 号"];
    const out = openRejectedRows({ path, format: "xlsx", header, encoding: "utf-8-bom" });
    const texts = ["0012", "_x0041_ <&>\r\n\u0001\ud800 =1"];
    const given: TableRow[] = [row(4, ...texts), { row: 6, cells: ["x"], raw: ["x", lost] }];
    for (const one of given) out.write(one, "MalformedField", "金额");
    t.strictSame(await out.finish(), { file: { path, format: "xlsx" }, warning: null });
    t.equal((await stat(path)).mode & 0o777, 0o600);
    await withTable(path, async (table) => {
      t.strictSame(table.header, [...header, "行号", "拒绝代码", "拒绝原因"]);
      t.strictSame(
        (await rowsOf(table)).map(({ raw }) => raw),
        [
          [...texts, "4", "MalformedField", "金额"],
          ["x", unknownCells.marked, "6", "MalformedField", "金额"],
        ],
      );
    });
    t.notOk((await readdir(folder)).some((name) => name.endsWith(".tmp")));
  });

  await t.test("is replaced at each run, and removed when nothing was refused", async (t) => {
    const place = join(folder, "replaced");
    await mkdir(place);
    const path = join(place, "a.csv.rejected.csv");
    await writeFile(path, "older");
    const first = utf8(path, ["a"]);
    first.write(row(2, "1"), "A", "");
    t.strictSame(await first.finish(), { file: { path, format: "csv" }, warning: null });
    t.match(await readFile(path, "utf8"), /^a,行号/);
    t.strictSame(await utf8(path, ["a"]).finish(), { file: null, warning: null });
    t.strictSame(await utf8(path, ["a"]).finish(), { file: null, warning: null });
    t.strictSame(await readdir(place), []);
  });

  await t.test("goes without what a killed process left beside it a day ago", async (t) => {
    const place = join(folder, "left");
    await mkdir(place);
    const path = join(place, "a.csv.rejected.csv");
    const left = (name: string) => `${name}.${randomUUID()}.tmp`;
    const [old, recent, stranger] = [left(path), left(path), left(join(place, "b.csv"))];
    const notOurs = `${path}.old.tmp`;
    for (const file of [old, recent, stranger, notOurs]) await writeFile(file, "");
    const dayAgo = new Date(Date.now() - 24 * 3_600_000 - 1_000);
    for (const file of [old, stranger, notOurs]) await utimes(file, dayAgo, dayAgo);
    t.strictSame(await utf8(path, ["a"]).finish(), { file: null, warning: null });
    const wanted = [recent, stranger, notOurs].map((file) => basename(file));
    t.strictSame((await readdir(place)).sort(), wanted.sort());
  });

  await t.test("that cannot be written is a warning", async (t) => {
    const absent = utf8(join(folder, "absent", "a.csv"), ["a"]);
    for (let count = 0; count < 9; count++) absent.write(row(2, "1".repeat(20_000)), "A", "");
    t.match((await absent.finish()).warning, /could not be written to .*ENOENT/);
    const device = utf8("/dev/null", ["a"]);
    t.match((await device.finish()).warning, /not a regular file/);
    const directory = join(folder, "directory");
    await mkdir(directory);
    const out = utf8(directory, ["a"]);
    out.write(row(2, "1"), "A", "");
    t.match(await out.finish(), { file: null, warning: /not a regular file/ });
    t.notOk((await readdir(folder)).some((name) => name.endsWith(".tmp")));
  });
});
