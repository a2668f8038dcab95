import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import { after, type Test, test } from "tap";
import type { Cell, UnknownReason } from "../../src/domain/cell.ts";
import { unknownCells } from "../../src/domain/cell.ts";
import { guardQuoter } from "../../src/exchange/csv-guards.ts";
import { openTable, TableError } from "../../src/exchange/table-reader.ts";
import type { TableOptions, TableRow } from "../../src/exchange/table.ts";
import { inlineRow, type Workbook, writeWorkbook } from "../support/xlsx.ts";

const folder = await mkdtemp(join(tmpdir(), "tables-"));
after(() => rm(folder, { recursive: true }));

let files = 0;
const newPath = (): string => join(folder, `${String(++files)}.table`);

interface Contents {
  readonly format: string;
  readonly encoding: string;
  readonly header: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** The id column of these tables is `a`; `b` is known too. */
const asked: TableOptions = { idColumn: "a", known: ["a", "b"] };

async function contents(path: string): Promise<Contents> {
  const table = await openTable(path, asked);
  try {
    const rows: TableRow[] = [];
    for await (const batch of table.batches(3)) rows.push(...batch);
    const { format, encoding, header, columns } = table;
    return { format, encoding, header, columns, rows };
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
  const read = await xlsx({ ...more, rows: `${inlineRow(1, ["a"])}<row r="2">${xml}</row>` });
  return read.rows[0];
}

async function unknown(t: Test, xml: string, reason: UnknownReason, more?: Partial<Workbook>) {
  t.strictSame(await cell(xml, more), {
    row: 2,
    cells: [unknownCells[reason]],
    raw: [unknownCells[reason]],
  });
}

const cellsOf = ({ rows }: Contents): (readonly Cell[])[] => rows.map(({ cells }) => cells);
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
    const read = await csv("\u3000a ,备注\u00a0\nA-1, 一 \nA-2,二\n");
    t.strictSame(read.header, ["a", "备注"]);
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

test("a text that is guarded as a formula, without quotation marks", async (t) => {
  const rows: readonly (readonly [string, string])[] = [
    ['="01",b,="2"', '"=""01""",b,"=""2"""'],
    ['"a,=""0""",="县"', '"a,=""0""","=""县"""'],
    ['"x","=""1"""', '"x","=""1"""'],
    ['a="b",=1,=', 'a="b",=1,='],
    ['="",""', '"=""""",""'],
    ['="say ""x""",1', '"=""say """"x""""""",1'],
  ];
  const [written, quoted] = [0, 1].map((side) => rows.map((row) => row[side]).join("\r\n"));
  await t.test("is quoted wherever the file is cut", (t) => {
    const bytes = Buffer.from(written ?? "");
    for (let size = 1; size <= bytes.length; size++) {
      const quote = guardQuoter();
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        pieces.push(Buffer.from(quote(bytes.subarray(at, at + size))));
      }
      pieces.push(quote(undefined));
      t.equal(Buffer.concat(pieces).toString(), quoted, `in pieces of ${size}`);
    }
    t.end();
  });

  await t.test("is read as the text", async (t) => {
    const read = await csv('a,b\n="01",="县"\n="3","=""4"""\n');
    t.strictSame(cellsOf(read), [
      ["01", "县"],
      ["3", "4"],
    ]);
    for (const stray of ['1,="2"x', '1,="2,3"', '1,x="2"', '1,="2']) {
      await refused(t, csv(`a,b\n${stray}\n5,6\n`), 2, /a quotation mark/);
    }
  });
});

test("a fault in a CSV file is told after the rows before it, by row", async (t) => {
  for (const fault of ['3,"4', '3,"4"5', '3,4"5', `3,"${"x".repeat(5 << 20)}`]) {
    const path = newPath();
    await writeFile(path, `a,b\n1,2\n\n${fault}\n5,6\n`);
    const table = await openTable(path, asked);
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
  await t.test("may leave columns without a name, the last ones too", async (t) => {
    const read = await csv("a,,,b,, \n1,2,3,4,,张\n");
    t.strictSame(read.header, ["a", "", "", "b", "", ""]);
    t.match(read.rows, [{ cells: ["1", "2", "3", "4", "", "张"], surplus: undefined }]);
  });

  await t.test("may stand alone", async (t) => {
    t.strictSame((await csv("a,b")).rows, []);
  });

  await t.test("must be among the first ten rows, with the id column", async (t) => {
    const absent = /^none of the first 10 rows has the column a/;
    for (const text of ["", " ,\n1,2\n", "b,c\n1,2\n", `${"x\n".repeat(10)}a,b\n1,2\n`]) {
      await refused(t, csv(text), undefined, absent);
    }
    for (const text of ["a;b;c\n1;2;3\n", "a\tb\n1\t2\n"]) {
      await refused(t, csv(text), undefined, /separated by commas/);
    }
    const tenth = await csv(`标题\n\n,\n${"x,y\n".repeat(6)}b,a\n1,2\n`);
    t.strictSame(tenth.header, ["b", "a"]);
    t.strictSame(numbersOf(tenth), [11], "and its rows count from the first line");
  });

  await t.test("names a known column once, others as often as it will", async (t) => {
    t.strictSame((await csv("a,签字,签字\n1,2,3\n")).rows[0]?.cells, ["1", "2", "3"]);
    await refused(t, csv("a,b, a\n"), 1, /columns 1 and 3 are both a/);
    await refused(t, csv("x\nb（元）,a,b\n"), 2, /columns 1 and 3 are both b/);
    const wide = Array.from({ length: 16_385 }, (_, n) => (n === 0 ? "a" : String(n)));
    await refused(t, csv(wide.join(",")), 1, /over 16384/);
  });

  await t.test("may have marks that do not count", async (t) => {
    for (const name of [
      ...[
        "*a",
        "a*",
        "＊ a ＊",
        "a(必填)",
        "a（元）",
        " a \u200b",
        "\ufeffa",
        "a（元/亩）*",
        "a [元]",
      ],
      ...['"a\n（必填）"', '"\na"', "\u3000a\u00a0（ 元 ）"],
    ]) {
      const read = await csv(`x,${name}\n1,2\n`);
      t.strictSame(read.columns, ["x", "a"], JSON.stringify(name));
    }
    t.strictSame((await csv("a,b（大写）\n1,2\n")).columns, ["a", "b（大写）"], "words, no unit");
    for (const unit of [
      ...[
        "公斤",
        "元/公斤",
        "元／亩·年",
        "人民币元",
        "单位：元",
        "工日",
        "必填",
        "非必填",
        "YYYY-MM-DD",
      ],
      ...["18位", "年/月/日", "%", "元每亩", "kg", ""],
    ]) {
      t.strictSame((await csv(`a,b（${unit}）\n1,2\n`)).columns, ["a", "b"], unit);
    }
    for (const word of ["旧", "计划", "原", "2024年", "元，含税"]) {
      await refused(t, csv(`a,b（${word}）\n1,2\n`), 1, /column 2 is b with .* no unit: name it b/);
      const beside = await csv(`a,b（${word}）,b\n1,2,3\n`);
      t.strictSame(beside.columns, ["a", `b（${word}）`, "b"], `${word}: another column`);
    }
    const others = ["斤", "元/斤", "吨", "小时", "元/月", "公顷", "m2", "万斤"];
    for (const unit of ["万元", "千元", "百元", "亿元", "角", "美元", ...others]) {
      await refused(t, csv(`a,b（${unit}）\n1,2\n`), 1, /b is in .* by its name/);
    }
    for (const fine of ["人民币：元", "元，保留两位小数", "格式：2025-01-01", "可空"]) {
      t.strictSame((await csv(`a,b（${fine}）\n1,2\n`)).columns, ["a", "b"], fine);
    }
  });
});

test("the encoding of a CSV file", async (t) => {
  const text = "a,备注\n阳光,龴䶮𠮷€\n";

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
      t.strictSame(read.header, ["a", "备注"]);
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
          cellsOf(read).flat().map(String).join() === wanted.join(),
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
  await t.rejects(openTable(join(folder, "absent.csv"), asked), unreadable);
  await t.rejects(openTable(folder, asked), unreadable);
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

  await t.test("is read to 15 significant digits", async (t) => {
    for (const [value, text] of [
      ["260.00000000000006", "260"],
      ["0.30000000000000004", "0.3"],
      ["146.90000000000001", "146.9"],
      ["999999999999999.4", "999999999999999"],
      ["1.23456789012345678E-3", "0.00123456789012346"],
    ] as const) {
      t.strictSame((await cell(`<c><v>${value}</v></c>`))?.cells, [text]);
    }
  });

  await t.test("is unknown over 15 digits, or when it is no number", async (t) => {
    for (const [value, reason] of [
      ["530402199001011000", "lostEnd"],
      ["5.30402199001011E+17", "lostEnd"],
      ["1234567890123456", "lostEnd"],
      ["-1000000000000000", "lostEnd"],
      ["999999999999999.9", "lostEnd"],
      ["1e21", "lostEnd"],
      ["0x10", "error"],
      ["1e999", "error"],
    ] as const) {
      await unknown(t, `<c><v>${value}</v></c>`, reason);
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
      ["45657.9999999999999", "2025-01-01", false],
      ["45657.999999", "2024-12-31", false],
      ["45658.5", "2025-01-01", false],
      ["44196.5", "2025-01-01", true],
    ] as const) {
      t.strictSame(await dated(value, system), { row: 2, cells: [text], raw: [text] });
    }
  });

  await t.test("that names no day is an error, and a time alone is one", async (t) => {
    for (const value of ["60", "-1", "2958466", "1e300"]) {
      await unknown(t, `<c s="1"><v>${value}</v></c>`, "error", { cellFormats: [0, 14] });
    }
    t.strictSame((await dated("0.354166666666667"))?.cells, ["08:30:00"]);
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
    t.strictSame(await iso("2025-01-01T10:00:00"), ["2025-01-01"]);
    t.strictSame(await iso("10:00:00"), ["10:00:00"]);
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

  await t.test("that is an error, or a formula without its value, is unknown", async (t) => {
    await unknown(t, '<c t="e"><v>#N/A</v></c>', "error");
    await unknown(t, '<c t="e"><f>1/0</f></c>', "error");
    await unknown(t, '<c t="inlineStr"><is><t> #REF! </t></is></c>', "error");
    for (const xml of ["<c><f>1+1</f></c>", "<c><f>1+1</f><v/></c>", '<c t="str"><f>A1</f></c>']) {
      await unknown(t, xml, "noResult");
    }
    const array = '<row r="2"><c r="B2"><f t="array" ref="B2:C3">x</f></c></row>';
    const fills = await xlsx({
      rows: inlineRow(1, ["a", "b", "c"]) + array + inlineRow(3, ["1", "2"]) + inlineRow(4, ["1"]),
    });
    const none = unknownCells.noResult;
    const found = [
      ["", none, none],
      ["1", "2", none],
      ["1", "", ""],
    ];
    t.strictSame(cellsOf(fills), found, "with every cell that an array formula fills");
    const empty = await cell('<c t="str"><f>""</f><v></v></c>');
    t.equal(empty, undefined, "but a result may be the empty text");
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

  await t.test("go on behind the header, for their notes", async (t) => {
    const cells = number("B2", 2) + number("E2", 9);
    const alone = `<row r="3">${number("E3", 9)}</row>`;
    const read = await xlsx({ rows: `${header}<row r="2">${cells}</row>${alone}` });
    const whole = ["", "2", "", "", "9"];
    t.strictSame(read.rows, [{ row: 2, cells: whole, raw: whole }], "but are none of their own");
    const far = xlsx({ rows: `${header}<row r="2">${number("B2", 2) + number("XFD2", 9)}</row>` });
    await t.rejects(far, { code: "FileMalformed", row: 2, message: /far behind the header/ });
    const unnamed = await xlsx({ rows: inlineRow(1, ["a", " "]) + inlineRow(2, ["1", "2"]) });
    t.strictSame(unnamed.rows, [{ row: 2, cells: ["1", "2"], raw: ["1", "2"] }]);
  });

  await t.test("outside a sheet's limits, or out of order, are refused", async (t) => {
    const row = async (xml: string) => xlsx({ rows: header + xml });
    await refused(t, row(`<row r="1048577">${number("A1048577", 1)}</row>`), 1_048_577, /1048576/);
    await refused(t, row(`<row r="2">${number("XFE2", 1)}</row>`), 2, /beyond column 16384/);
    await refused(t, row(`<row r="2">${number("2", 1)}</row>`), 2, /address without a column/);
    const twice = `<row r="2">${number("B2", 1)}${number("B2", 1)}</row>`;
    await refused(t, row(twice), 2, /same address/);
    await refused(t, row(`<row r="3"/><row r="2"/>`), 3, /out of order/);
    await refused(
      t,
      xlsx({ rows: inlineRow(11, ["a"]) }),
      undefined,
      /sheet 表: none of the first/,
    );
    await refused(t, xlsx({ rows: inlineRow(1, ["a", " a"]) }), 1, /both a/);
    await refused(t, row(inlineRow(2, ["x".repeat(32_768)])), 2, /too long/);
  });
});

test("a CSV file", async (t) => {
  const rowsMax = 1_048_576;
  const read = async (rows: number): Promise<{ count: number; last: number; error: unknown }> => {
    const path = newPath();
    await writeFile(path, `a\n${"x\n".repeat(rows - 1)}`);
    const table = await openTable(path, asked);
    let [count, last] = [0, 0];
    try {
      for await (const batch of table.batches(5_000)) {
        count += batch.length;
        last = batch.at(-1)?.row ?? last;
      }
    } catch (error) {
      return { count, last, error };
    } finally {
      await table.close();
    }
    return { count, last, error: undefined };
  };

  await t.test("of as many rows as a sheet can have is read whole", async (t) => {
    t.strictSame(await read(rowsMax), { count: rowsMax - 1, last: rowsMax, error: undefined });
  });

  await t.test("of one row more ends there, in the words of a workbook", async (t) => {
    const { error, ...found } = await read(rowsMax + 1);
    t.strictSame(found, { count: rowsMax - 1, last: rowsMax });
    t.ok(error instanceof TableError);
    t.match(error, { row: rowsMax + 1, message: /^the file has over 1048576 rows$/ });
  });

  await t.test("with many cells in a row comes in smaller batches", async (t) => {
    const path = newPath();
    await writeFile(path, `a\n${`1${",".repeat(100_000)}1\n`.repeat(200)}`);
    const table = await openTable(path, asked);
    const sizes: number[] = [];
    for await (const batch of table.batches(5_000)) sizes.push(batch.length);
    await table.close();
    t.ok(Math.max(...sizes) < 100, `batches of ${sizes.join(" ")}`);
  });
});
