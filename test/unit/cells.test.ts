// What a cell says, and which cells and texts no row may have, in every kind of file.
import { test } from "tap";
import type { Cell } from "../../src/domain/cell.ts";
import { guarded, guardedId, readText, unknownCells, unknownMark } from "../../src/domain/cell.ts";
import { parseWrittenDay } from "../../src/domain/calendar.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import type { KindName } from "../../src/domain/kinds.ts";
import { encodeBody } from "../../src/log/stored-event.ts";
import { given, isEvents } from "../support/given.ts";
import * as rows from "../support/rows.ts";

/** A row of each kind that nothing is wrong with. */
const good = {
  roster: rows.person(1),
  organisations: rows.organisation(),
  contracts: rows.labourContract(),
  movements: rows.wage("M1"),
} as const;
const kinds = Object.keys(good) as (keyof typeof good)[];
const columnsOf = (kind: KindName) =>
  Object.values(kindOf(kind).columns).map(({ column }) => column);

function parse(kind: keyof typeof good, more: Readonly<Record<string, Cell>>) {
  return kindOf(kind).parse({ cells: { ...good[kind], ...more } });
}

/** The refusal of a row, undefined where it is well formed. */
function refusal(kind: keyof typeof good, more: Readonly<Record<string, Cell>>) {
  const parsed = parse(kind, more);
  return parsed.ok ? undefined : parsed.refusal;
}

test("the text of a cell", async (t) => {
  await t.test("goes without the blanks around it", (t) => {
    for (const [written, read] of [
      [" a b \n", "a b"],
      ["\u3000一\u00a0\t", "一"],
      ["\ufeffa", "\ufeffa"],
      [" \ufeffa ", "\ufeffa"],
      ["\u200b a", "\u200b a"],
      [" ", ""],
    ] as const) {
      t.equal(readText(written), read, JSON.stringify(written));
    }
    t.end();
  });

  await t.test("goes without its guard", (t) => {
    for (const [written, read] of [
      ['="0123"', "0123"],
      ['="YW-1"', "YW-1"],
      ['=""', ""],
      ['="say ""x"""', 'say "x"'],
      ['="a"&"b"', '="a"&"b"'],
      ["=1+1", "=1+1"],
      ["'0123", "0123"],
      ["'=1", "=1"],
      ["'+1", "+1"],
      ["'-1", "-1"],
      ["'@a", "@a"],
      ["''a", "'a"],
      ["'", "'"],
      ["'a", "'a"],
      ["'1a", "'1a"],
      ["'１", "'１"],
    ] as const) {
      t.equal(readText(written), read, written);
    }
    t.end();
  });

  await t.test("that is an error's is unknown", (t) => {
    for (const error of [
      ...["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"],
      ...["#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#n/a"],
      ...["########", "Err:508", " #N/A ", '="#N/A"'],
    ]) {
      t.equal(readText(error), unknownCells.error, error);
    }
    t.equal(readText(" #未知"), unknownCells.marked);
    for (const text of ["#", "##", "#1", "#3组", "#N/A 见附件", "N/A", "# REF!", "Err", "ERR:A"]) {
      t.equal(readText(text), text);
    }
    t.end();
  });

  await t.test("that is guarded is read as it was", (t) => {
    for (const text of ["=1", "@a", "+1", "-1+1", "-1", "'1", "''", "'a", "0123", "", "' =1"]) {
      t.equal(readText(guarded(text)), text);
    }
    for (const amount of ["-12.50", "+5.00", "-1"]) t.equal(guarded(amount), amount);
    t.equal(guarded("=1"), "'=1");
    t.end();
  });
});

test("a day", (t) => {
  for (const [text, day] of [
    ["1949-10-01", "1949-10-01"],
    ["2199/12/31", "2199-12-31"],
    ["2025-03-01 00:00:00", "2025-03-01"],
    ["2025/3/1 9:05", "2025-03-01"],
    ["2025-03-01T23:59:59.999", "2025-03-01"],
    ["2025-03-01T08:00:00+08:00", "2025-03-01"],
    ["1949-09-30", null],
    ["1025-01-01", null],
    ["2200-01-01", null],
    ["2025-03-01T16:00:00Z", null],
    ["2025-03-01 24:00", null],
    ["2025-03-01 ", null],
    ["2025-03-01 8", null],
    ["2025-02-29 00:00", null],
  ] as const) {
    t.equal(parseWrittenDay(text), day, text);
  }
  t.end();
});

test("an unknown cell", async (t) => {
  const words = {
    error: /is an error cell/,
    noResult: /is a formula without a stored result/,
    lostEnd: /is a number of over 15 digits/,
    remade: /is a date or a logical value/,
    marked: /is #未知/,
  } as const;

  await t.test("is refused in every column that a kind knows, with its reason", (t) => {
    for (const kind of kinds) {
      for (const column of columnsOf(kind)) {
        for (const [reason, cell] of Object.entries(unknownCells)) {
          const message = words[reason as keyof typeof words];
          t.match(refusal(kind, { [column]: cell }), {
            code: "MalformedField",
            field: column,
            message,
          });
        }
      }
    }
    t.end();
  });

  await t.test("leaves a row without a key where it is its id", (t) => {
    for (const kind of kinds) {
      t.match(parse(kind, { [kindOf(kind).idColumn]: unknownCells.error }), { ok: false, key: "" });
    }
    t.end();
  });

  await t.test("is kept as a note in a column that the ledger does not know", (t) => {
    for (const kind of kinds) {
      for (const cell of [unknownCells.error, unknownCells.noResult, unknownCells.lostEnd]) {
        const parsed = parse(kind, { 录入员: cell });
        t.ok(parsed.ok, kind);
        t.match(JSON.stringify(parsed), `"录入员":"${unknownMark}"`);
      }
      t.match(refusal(kind, { 录入员: unknownCells.marked }), { message: words.marked }, "once");
    }
    t.end();
  });
});

test("an id", async (t) => {
  const ids: readonly [keyof typeof good, string][] = [
    ["roster", "人编号"],
    ["roster", "户编号"],
    ["organisations", "主体编号"],
    ["contracts", "合同编号"],
    ["contracts", "主体编号"],
    ["contracts", "户编号"],
    ["movements", "业务编号"],
    ["movements", "户编号"],
    ["movements", "主体编号"],
    ["movements", "合同编号"],
  ];
  await t.test("has no character that nobody sees, and none of full width", (t) => {
    for (const [text, said] of [
      ["YW-77\u200b", /U\+200B, which nobody sees/],
      ["\ufeffYW-77", /U\+FEFF/],
      ["YW\u202e-77", /U\+202E/],
      ["YW\u00ad-77", /U\+00AD/],
      ["YW\u0085", /U\+0085/],
      ["YW\t77", /U\+0009/],
      ["\u{e0041}A", /U\+E0041/],
      ["ＹＷ-77", /full-width character U\+FF39/],
      ["YW-７", /U\+FF17/],
    ] as const) {
      for (const [kind, column] of ids) {
        const found = refusal(kind, { [column]: text });
        t.match(found, { code: "MalformedField", field: column, message: said });
        t.notMatch(found?.message, "YW");
      }
    }
    for (const text of ["合同（2025）—1号", "HT－1", "𠮷-1", "a b", "1E5", "2025E001", "1E-5"]) {
      t.equal(refusal("movements", { 业务编号: text }), undefined, text);
    }
    t.end();
  });

  await t.test("has at most 200 characters", (t) => {
    for (const [kind, column] of ids) {
      t.equal(refusal(kind, { [column]: "号".repeat(200) }), undefined);
      t.match(refusal(kind, { [column]: "号".repeat(201) }), { message: /longer than 200/ });
    }
    t.end();
  });

  await t.test("is no number that has lost its end, and no account, phone or voucher is", (t) => {
    const others: readonly [keyof typeof good, string][] = [
      ["roster", "证件号码"],
      ["roster", "银行账号"],
      ["roster", "户联系电话"],
      ["roster", "人联系电话"],
      ["organisations", "统一社会信用代码"],
      ["movements", "凭证号"],
    ];
    for (const [kind, column] of [...ids, ...others]) {
      for (const text of ["5.39999E+17", "6.2e17", "5E+15", "5.39999E+017"]) {
        t.match(refusal(kind, { [column]: text }), { field: column, message: /lost its end/ });
      }
    }
    t.end();
  });
});

test("texts", async (t) => {
  await t.test("of 凭证号 and 所属期 have at most 64 characters", (t) => {
    for (const column of ["凭证号", "所属期"]) {
      t.equal(refusal("movements", { [column]: "期".repeat(64) }), undefined);
      t.match(refusal("movements", { [column]: "期".repeat(65) }), { field: column });
    }
    t.end();
  });

  await t.test("that are notes have at most 64 kB together", (t) => {
    const third = "注".repeat(7_281);
    for (const kind of kinds) {
      const fits = { 一: third, 二: third, 三: `${third}aaaaaaa` };
      t.equal(refusal(kind, fits), undefined);
      t.match(refusal(kind, { ...fits, 四: "x" }), { message: /notes .* 65536 bytes/ });
    }
    t.equal(refusal("movements", { 备注: "x".repeat(65_536) }), undefined);
    t.match(refusal("movements", { 备注: "x".repeat(65_536), 注: "x" }), { message: /notes/ });
    t.end();
  });

  await t.test("that are neither notes nor ids have as much room as an event has", (t) => {
    const texts = { roster: ["自然村", "姓名"], organisations: ["名称", "开户名"] } as const;
    for (const [kind, [inEvent, inVault]] of Object.entries(texts)) {
      const of = kind as keyof typeof texts;
      const fits = { [inEvent]: "村".repeat(266_000), 备注: "注".repeat(21_845) };
      t.equal(refusal(of, fits), undefined);
      t.match(refusal(of, { ...fits, [inVault]: "x".repeat(3_000) }), {
        message: /texts .*800000/,
      });
      // What needs the most room in JSON.
      t.equal(refusal(of, { [inEvent]: "\u0001".repeat(133_000) }), undefined);
      t.match(refusal(of, { [inEvent]: "\u0001".repeat(133_400) }), {
        message: /800000 bytes of JSON/,
      });
    }
    t.end();
  });

  await t.test("fit in an append of EventStoreDB", (t) => {
    const long = "\u0001".repeat(133_000);
    const all = "😀".repeat(200_000 - 10_000);
    const recordedAt = "2025-05-01T00:00:00.000000Z";
    const place = { revision: 0, nth: 0, version: 1 };
    const meta = { actor: "a", effectiveDate: "2025-05-01", pack: "p" };
    for (const text of [long, all]) {
      for (const [kind, row] of [
        ["roster", { ...good.roster, 自然村: text }],
        ["organisations", { ...good.organisations, 名称: text }],
      ] as const) {
        const decided = given().when(kind, row);
        if (!isEvents(decided)) return t.fail(kind);
        for (const event of decided) {
          const body = encodeBody({ ...event, ...place, meta }, recordedAt);
          t.ok(Buffer.byteLength(body) < 900_000, `${kind}: ${event.type}`);
        }
      }
    }
    t.end();
  });
});

test("what looks like another id", (t) => {
  const hidden = ["a\ufe0f", "a\u034fb", "\u3164a", "a\u115f", "a\u2800", "a\u2028b", "a\u00a0b"];
  for (const id of [...hidden, "a\u3000b", "a\u17b4"]) {
    const { message } = refusal("organisations", { 主体编号: id }) ?? {};
    t.match(
      message,
      /^主体编号 holds the character U\+[0-9A-F]+, which nobody sees/,
      encodeURIComponent(id),
    );
  }
  const parts = refusal("organisations", { 主体编号: "caf\u0065\u0301" });
  t.match(parts?.message, /is put together with U\+0301/);
  for (const id of ["合作社 1", "\u00e9", "\u03a9-1", "𠮷"]) {
    t.equal(refusal("organisations", { 主体编号: id }), undefined, id);
  }
  for (const id of ["'5.39999E+17", "+5.39999E+17", "5.39999 E+17"]) {
    t.match(refusal("organisations", { 主体编号: id })?.message, /has lost its end/, id);
  }
  t.end();
});

test("an error is one with what nobody sees around it, and in any language", (t) => {
  for (const text of ["\u200b#N/A", "#N/A\u200b", "＃N/A", "#Ｎ/A", "#名称?", "#数值!", "#引用!"]) {
    t.equal(readText(text), unknownCells.error, encodeURIComponent(text));
  }
  for (const text of ["#1", "#项目", "# N/A说明", "编号#"]) t.equal(readText(text), text);
  t.end();
});

test("an id that a spreadsheet would make something else of is guarded", (t) => {
  for (const id of ["53E5", "1.10", "3/4", "3/5/9", "1E5", "12:30", "TRUE", "1-2", "5%"]) {
    t.equal(guardedId(id), `="${id}"`, id);
    t.equal(readText(guardedId(id)), id);
  }
  for (const id of ["YW-1", "5304241040010015", "0123", "a.b", "ORG-003", "1"]) {
    t.equal(guardedId(id), id, id);
  }
  t.end();
});
