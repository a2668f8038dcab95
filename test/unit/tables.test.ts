import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import { after, type Test, test } from "tap";
import { openTable, TableError } from "../../src/exchange/table-reader.ts";
import type { TableRow } from "../../src/exchange/table.ts";
import { inlineRow, type Workbook, writeWorkbook } from "../support/xlsx.ts";

const folder = await mkdtemp(join(tmpdir(), "tables-"));
after(() => rm(folder, { recursive: true }));

let files = 0;
const newPath = (): string => join(folder, `${String(++files)}.table`);

interface Contents {
  readonly format: string;
  readonly encoding: string;
  readonly header: readonly string[];
  readonly rows: readonly TableRow[];
}

async function contents(path: string): Promise<Contents> {
  const table = await openTable(path);
  try {
    const rows: TableRow[] = [];
    for await (const batch of table.batches(3)) rows.push(...batch);
    return { format: table.format, encoding: table.encoding, header: table.header, rows };
  } finally {
    await table.close();
  }
}

async function csv(bytes: string | Buffer): Promise<Contents> {
  const path = newPath();
  await writeFile(path, bytes);
  return contents(path);
}

async function xlsx(workbook: Workbook): Promise<Contents> {
  const path = newPath();
  await writeWorkbook(path, workbook);
  return contents(path);
}

/** One cell under a header of one column, as XML without its reference. */
async function cell(xml: string, more: Partial<Workbook> = {}): Promise<TableRow | undefined> {
  const read = await xlsx({ ...more, rows: `${inlineRow(1, ["值"])}<row r="2">${xml}</row>` });
  return read.rows[0];
}

const cellsOf = ({ rows }: Contents): (readonly string[])[] => rows.map(({ cells }) => cells);
const numbersOf = ({ rows }: Contents): number[] => rows.map(({ row }) => row);

async function refused(t: Test, reading: Promise<unknown>, row: number | undefined, said: RegExp) {
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TableError)) {
    t.fail(`not refused: ${String(error)}`);
    return;
  }
  t.match(error.message, said);
  t.equal(error.row, row);
}

test("a CSV file", async (t) => {
  await t.test("gives its rows under the trimmed header", async (t) => {
    const read = await csv("\u3000业务编号 ,备注\u00a0\nA-1, 一 \nA-2,二\n");
    t.strictSame(read.header, ["业务编号", "备注"]);
    t.strictSame(read.rows, [
      { row: 2, cells: ["A-1", "一"], raw: ["A-1", " 一 "] },
      { row: 3, cells: ["A-2", "二"], raw: ["A-2", "二"] },
    ]);
  });

  await t.test("ends its lines in any way, mixed", async (t) => {
    const read = await csv("a,b\r\n1,2\n3,4\r5,6\r\n\r\n\n\r7,8");
    t.strictSame(numbersOf(read), [2, 3, 4, 8]);
    t.strictSame(cellsOf(read), [
      ["1", "2"],
      ["3", "4"],
      ["5", "6"],
      ["7", "8"],
    ]);
  });

  await t.test("counts empty rows and a record of several lines as one", async (t) => {
    const read = await csv('a,b\n\n,\n \u3000,\t\n"1\n2",3\n""\n4,5\n');
    t.strictSame(numbersOf(read), [5, 7]);
    t.strictSame(cellsOf(read), [
      ["1\n2", "3"],
      ["4", "5"],
    ]);
  });

  await t.test("may have a great many empty rows", async (t) => {
    t.strictSame(numbersOf(await csv(`a\n${"\n".repeat(600_000)}1\n`)), [600_002]);
  });

  await t.test("has short rows filled and long rows marked", async (t) => {
    const read = await csv("a,b\n1\n1,2,,\n1,2,3\n,,3\n");
    t.strictSame(read.rows, [
      { row: 2, cells: ["1", ""], raw: ["1", ""] },
      { row: 3, cells: ["1", "2"], raw: ["1", "2"] },
      { row: 4, cells: ["1", "2"], raw: ["1", "2", "3"], surplus: true },
      { row: 5, cells: ["", ""], raw: ["", "", "3"], surplus: true },
    ]);
  });

  await t.test("may have quotes around everything, and doubled inside", async (t) => {
    const read = await csv('\ufeff"a","b"\n"say ""x"", y","1,2"\n');
    t.equal(read.encoding, "utf-8-bom");
    t.strictSame(read.header, ["a", "b"]);
    t.strictSame(cellsOf(read), [['say "x", y', "1,2"]]);
  });
});

test("a fault in a CSV file is told after the rows before it, by row", async (t) => {
  for (const fault of ['3,"4', '3,"4"5', '3,4"5', `3,"${"x".repeat(5 << 20)}`]) {
    const path = newPath();
    await writeFile(path, `a,b\n1,2\n\n${fault}\n5,6\n`);
    const table = await openTable(path);
    const rows: number[] = [];
    const reading = (async () => {
      for await (const batch of table.batches(100)) rows.push(...batch.map(({ row }) => row));
    })();
    await refused(t, reading, 4, /row 4: a quotation mark/);
    t.strictSame(rows, [2]);
    await table.close();
  }
});

test("the header of a CSV file", async (t) => {
  await t.test("may leave columns without a name, the last ones not counting", async (t) => {
    t.strictSame((await csv("a,,,b,, \n1,2,3,4\n")).header, ["a", "", "", "b"]);
  });

  await t.test("may stand alone", async (t) => {
    t.strictSame((await csv("a,b")).rows, []);
  });

  await t.test("must be there, of distinct names between commas", async (t) => {
    await refused(t, csv(""), 1, /no column names/);
    await refused(t, csv("\na,b\n"), 1, /no column names/);
    await refused(t, csv(" ,\n1,2\n"), 1, /no column names/);
    await refused(t, csv("a,b, a\n"), 1, /columns 1 and 3 have the same name/);
    await refused(t, csv("a;b;c\n1;2;3\n"), 1, /separated by commas/);
    await refused(t, csv("a\tb\n1\t2\n"), 1, /separated by commas/);
    await refused(
      t,
      csv(Array.from({ length: 16_385 }, (_, n) => String(n)).join(",")),
      1,
      /over 16384/,
    );
  });
});

test("the encoding of a CSV file", async (t) => {
  const text = "名称,备注\n阳光,龴䶮𠮷€\n";

  await t.test("is UTF-8, with or without its mark, or GB18030", async (t) => {
    const wanted = [["阳光", "龴䶮𠮷€"]];
    for (const [encoding, bytes] of [
      ["utf-8", Buffer.from(text)],
      ["utf-8-bom", Buffer.from(`\ufeff${text}`)],
      ["gb18030", iconv.encode(text, "gb18030")],
      ["gb18030", iconv.encode(`\ufeff${text}`, "gb18030")],
    ] as const) {
      const read = await csv(bytes);
      t.equal(read.encoding, encoding);
      t.strictSame(read.header, ["名称", "备注"]);
      t.strictSame(cellsOf(read), wanted);
    }
  });

  await t.test("does not depend on where the file is cut for reading", async (t) => {
    for (const shift of [0, 1, 2, 3]) {
      const long = `a\n${"x".repeat(shift)}${"县乡村户人𠮷\n".repeat(40_000)}`;
      const wanted = long.split("\n").slice(1, -1);
      for (const encoding of ["utf8", "gb18030"]) {
        const read = await csv(iconv.encode(long, encoding));
        t.equal(
          cellsOf(read).flat().join() === wanted.join(),
          true,
          `${encoding} by ${String(shift)}`,
        );
      }
    }
  });

  await t.test("is refused when it is another, or none", async (t) => {
    await refused(t, csv(iconv.encode(text, "utf-16le", { addBOM: true })), undefined, /UTF-16/);
    await refused(t, csv(iconv.encode(text, "utf-16be", { addBOM: true })), undefined, /UTF-16/);
    await refused(t, csv(Buffer.from([0x61, 0xff, 0x0a])), undefined, /neither in UTF-8/);
    await refused(t, csv(Buffer.from([0xef, 0xbb, 0xbf, 0xb0, 0xa1])), undefined, /neither/);
    await refused(t, csv(Buffer.from("a,b\n1,\0\n")), undefined, /neither a text file/);
    await refused(t, csv(iconv.encode(text, "gb18030").subarray(0, -2)), undefined, /neither/);
  });
});

test("a file that cannot be opened is refused", async (t) => {
  const unreadable = { code: "FileUnreadable" };
  await t.rejects(openTable(join(folder, "absent.csv")), unreadable);
  await t.rejects(openTable(folder), unreadable);
});

test("a numeric cell of a workbook", async (t) => {
  await t.test("is its shortest decimal, never with an exponent", async (t) => {
    for (const [value, text] of [
      ["0", "0"],
      ["-0", "0"],
      ["1.10", "1.1"],
      ["1.1000000000000001", "1.1"],
      ["385.20", "385.2"],
      ["1.0E-3", "0.001"],
      ["-2.5e-7", "-0.00000025"],
      ["1.5E5", "150000"],
      ["123456789012345", "123456789012345"],
      ["+7", "7"],
      ["007", "7"],
    ] as const) {
      t.strictSame(await cell(`<c><v>${value}</v></c>`), { row: 2, cells: [text], raw: [text] });
    }
  });

  await t.test("is lossy over 15 digits, or when it is no number", async (t) => {
    for (const [value, text] of [
      ["530402199001011000", "530402199001011000"],
      ["5.30402199001011E+17", "530402199001011000"],
      ["1234567890123456", "1234567890123456"],
      ["0.30000000000000004", "0.30000000000000004"],
      ["1e21", "1000000000000000000000"],
      ["0x10", "0x10"],
      ["1e999", "1e999"],
    ] as const) {
      const read = await cell(`<c><v>${value}</v></c>`);
      t.strictSame(read?.cells, [text]);
      t.strictSame(read?.lossy, new Set([0]));
    }
  });
});

test("a date cell of a workbook", async (t) => {
  const dated = async (value: string, date1904 = false): Promise<TableRow | undefined> =>
    cell(`<c s="1"><v>${value}</v></c>`, { cellFormats: [0, 14], date1904 });

  await t.test("is a day in either system", async (t) => {
    for (const [value, text, system] of [
      ["45658", "2025-01-01", false],
      ["1", "1900-01-01", false],
      ["59", "1900-02-28", false],
      ["61", "1900-03-01", false],
      ["2958465", "9999-12-31", false],
      ["0", "1904-01-01", true],
      ["44196", "2025-01-01", true],
      ["45658.00000000001", "2025-01-01", false],
      ["45658.5", "2025-01-01 12:00:00", false],
    ] as const) {
      t.strictSame(await dated(value, system), { row: 2, cells: [text], raw: [text] });
    }
  });

  await t.test("that names no day is lossy", async (t) => {
    for (const value of ["0", "60", "-1", "0.5", "2958466", "1e300"]) {
      t.strictSame((await dated(value))?.lossy, new Set([0]), value);
    }
  });

  await t.test("is known by the format of its style", async (t) => {
    const formats = {
      164: 'yyyy"年"m"月"d"日"',
      165: "[$-804]dddd",
      166: '0.00"day"',
      167: "[Red]0.00\\d",
      168: "#,##0_d;[Yellow]-0",
      169: "General",
    };
    const ids = [14, 22, 31, 57, 164, 165, 0, 2, 49, 166, 167, 168, 169];
    for (const [style, id] of ids.entries()) {
      const read = await cell(`<c s="${String(style)}"><v>45658</v></c>`, {
        formats,
        cellFormats: ids,
      });
      t.strictSame(read?.cells, [style < 6 ? "2025-01-01" : "45658"], `format ${String(id)}`);
    }
  });

  await t.test("may be written as ISO 8601", async (t) => {
    const iso = async (value: string) => (await cell(`<c t="d"><v>${value}</v></c>`))?.cells;
    t.strictSame(await iso("2025-01-01"), ["2025-01-01"]);
    t.strictSame(await iso("2025-01-01T00:00:00.000Z"), ["2025-01-01"]);
    t.strictSame(await iso("2025-01-01T10:00:00"), ["2025-01-01T10:00:00"]);
  });
});

test("a text cell of a workbook", async (t) => {
  const strings =
    "<si><t>甲</t></si><si><r><t>富</t></r><r><rPr><b/></rPr>" +
    "<t xml:space='preserve'> 文本</t></r><rPh sb='0' eb='1'><t>读音</t></rPh></si>" +
    "<si><t>_x000D__x005F_x0041_ &amp;</t></si><si/>";
  const text = async (xml: string) => (await cell(xml, { strings }))?.raw;

  await t.test("may be shared, inline, a formula's, or a logical value", async (t) => {
    t.strictSame(await text('<c t="s"><v>0</v></c>'), ["甲"]);
    t.strictSame(await text('<c t="s"><v>1</v></c>'), ["富 文本"]);
    t.strictSame(await text('<c t="s"><v>2</v></c>'), ["\r_x0041_ &"]);
    const rich = "<is><r><t>a</t></r><r><t>b</t></r></is>";
    t.strictSame(await text(`<c t="inlineStr">${rich}</c>`), ["ab"]);
    t.strictSame(await text('<c t="str"><f>A1&amp;"x"</f><v>1x</v></c>'), ["1x"]);
    t.strictSame(await text("<c><f>1+1</f><v>2</v></c>"), ["2"]);
    t.strictSame(await text('<c t="b"><v>1</v></c>'), ["TRUE"]);
    t.strictSame(await text('<c t="b"><v>0</v></c>'), ["FALSE"]);
    t.strictSame(await text("<c><v><![CDATA[3]]></v></c>"), ["3"]);
    t.equal(await text('<c t="s"><v>3</v></c>'), undefined);
    t.equal(await text('<c s="0"/>'), undefined);
  });

  await t.test("that is an error, or a formula without its value, is lossy", async (t) => {
    t.strictSame((await cell('<c t="e"><v>#N/A</v></c>'))?.lossy, new Set([0]));
    t.strictSame((await cell("<c><f>1+1</f></c>"))?.lossy, new Set([0]));
  });

  await t.test("that names no shared string is refused", async (t) => {
    for (const number of ["4", "-1", "1.5", "x"]) {
      await refused(t, text(`<c t="s"><v>${number}</v></c>`), 2, /names a text/);
    }
  });
});

test("the rows of a workbook", async (t) => {
  const header = inlineRow(1, ["a", "b", "c"]);
  const number = (reference: string, value: number): string =>
    `<c${reference && ` r="${reference}"`}><v>${String(value)}</v></c>`;

  await t.test("are placed by their references, and by order where there are none", async (t) => {
    const read = await xlsx({
      rows:
        `${header}<row r="4">${number("C4", 3)}</row><row>${number("", 1)}${number("", 2)}</row>` +
        `<row r="9">${number("B9", 2)}${number("", 3)}${number("A9", 1)}</row><row r="10"/>`,
    });
    t.strictSame(numbersOf(read), [4, 5, 9]);
    t.strictSame(cellsOf(read), [
      ["", "", "3"],
      ["1", "2", ""],
      ["1", "2", "3"],
    ]);
  });

  await t.test("end where the header ends", async (t) => {
    const cells = number("B2", 2) + number("XFD2", 9);
    const read = await xlsx({ rows: `${header}<row r="2">${cells}</row>` });
    t.strictSame(read.rows, [{ row: 2, cells: ["", "2", ""], raw: ["", "2", ""] }]);
    const unnamed = await xlsx({ rows: inlineRow(1, ["a", " "]) + inlineRow(2, ["1", "2"]) });
    t.strictSame(unnamed.rows, [{ row: 2, cells: ["1"], raw: ["1"] }]);
  });

  await t.test("outside a sheet's limits, or out of order, are refused", async (t) => {
    const row = async (xml: string) => xlsx({ rows: header + xml });
    await refused(t, row(`<row r="1048577">${number("A1048577", 1)}</row>`), undefined, /1048576/);
    await refused(t, row(`<row r="2">${number("XFE2", 1)}</row>`), 2, /beyond column 16384/);
    await refused(t, row(`<row r="2">${number("2", 1)}</row>`), 2, /beyond column/);
    await refused(t, row(`<row r="3"/><row r="2"/>`), 3, /out of order/);
    await refused(t, xlsx({ rows: inlineRow(2, ["a"]) }), 1, /no column names/);
    await refused(t, xlsx({ rows: inlineRow(1, ["a", " a"]) }), 1, /same name/);
    await refused(t, row(inlineRow(2, ["x".repeat(32_768)])), 2, /too long/);
  });
});
