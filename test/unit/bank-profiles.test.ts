import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import { after, test } from "tap";
import type { BankDocument } from "../../src/bank/bank-document.ts";
import { collectDocument } from "../../src/bank/bank-document.ts";
import { formatNamed, listProfiles, readBankFile } from "../../src/bank/bank-file.ts";
import type { BankItem } from "../../src/bank/bank-item.ts";
import { NotABankFile } from "../../src/bank/not-a-bank-file.ts";
import type { Profile } from "../../src/bank/profile.ts";
import { bankProfile, exampleProfiles } from "../../src/bank/profile.ts";
import { randomSource } from "../support/county.ts";
import { writeWorkbook } from "../support/xlsx.ts";

const folder = await mkdtemp(join(tmpdir(), "sunshine-profiles-"));
after(() => rm(folder, { recursive: true }));
let files = 0;

const [sheetProfile, textProfile] = exampleProfiles;
if (sheetProfile === undefined || textProfile === undefined) throw new Error("two examples");

async function fileOf(content: string | Buffer): Promise<string> {
  const path = join(folder, String(++files));
  await writeFile(path, typeof content === "string" ? iconv.encode(content, "gb18030") : content);
  return path;
}

async function show(path: string, profile: Profile): Promise<BankDocument> {
  const document = await collectDocument(readBankFile(path, profile));
  return JSON.parse(JSON.stringify(document)) as BankDocument;
}

async function why(path: string, profile: Profile = textProfile as Profile): Promise<string> {
  try {
    await show(path, profile);
    return "read";
  } catch (error) {
    if (error instanceof NotABankFile) return error.because;
    throw error;
  }
}

const lines = [
  "PC-1|3|755.61|2025-04-15|1|4.00",
  "1|6223|𠮷杰娟|4.00|PC-1-1|0000|成功",
  "2|6224|买买提·吐尔逊|750.61|PC-1-2|0002|失败",
  "3|6225|丁|1.00|PC-1-3|9999|",
];
const answer = (some: readonly string[] = lines): string =>
  some.map((line) => `${line}\r\n`).join("");

test("an answer of example-gbk", async (t) => {
  const path = await fileOf(answer());
  t.strictSame(
    await show(path, textProfile),
    {
      kind: "example-gbk",
      messageId: "PC-1",
      statements: [],
      payments: [
        { endToEndId: "PC-1-1", status: "credited", amount: "4.00" },
        { endToEndId: "PC-1-2", status: "returned", reason: "BE01", amount: "750.61" },
        { endToEndId: "PC-1-3", status: "returned", reason: "NARR", amount: "1.00" },
      ],
      checks: [{ check: "batch", ok: true }],
    },
    "is known by its batch, its results by their codes",
  );
  const items: BankItem[] = [];
  for await (const item of readBankFile(path, textProfile)) items.push(item);
  t.match(items[0], { item: "message", createdOn: "2025-04-15" });
  t.match(items[2], {
    item: "payment",
    place: 2,
    on: "2025-04-15",
    text: "失败",
    account: "6224",
    holder: "买买提·吐尔逊",
  });
  const wrong = answer().replace("755.61", "755.60").replace("|1|4.00\r\n", "|2|4.01\r\n");
  t.strictSame(
    (await show(await fileOf(wrong), textProfile)).checks,
    [
      {
        check: "batch",
        ok: false,
        detail:
          "their sum: 755.60 told, 755.61 found; payments credited: 2 told, 1 found; " +
          "sum credited: 4.01 told, 4.00 found",
      },
    ],
    "its counts and totals are checked",
  );
  const loose = answer().replaceAll("\r\n", " \n\n").replace("|成功", "| 成功 |");
  t.equal(await why(await fileOf(loose)), "read", "blanks, empty lines, a delimiter at the end");
});

test("an answer that its profile does not describe is refused", async (t) => {
  const changed = (from: string, to: string): Promise<string> => fileOf(answer().replace(from, to));
  t.equal(await why(await fileOf("")), "Incomplete", "nothing");
  t.equal(await why(await fileOf(answer(lines.slice(0, 1)))), "Incomplete", "no payment");
  t.equal(await why(await fileOf(answer(lines.slice(1)))), "NotThisProfile", "no first line");
  t.equal(await why(await changed("|成功", "")), "NotThisProfile", "a cell less");
  t.equal(await why(await changed("|成功", "|成|功")), "NotThisProfile", "a cell more");
  t.equal(await why(await changed("|0000|", "||")), "NotThisProfile", "no result is none");
  t.equal(await why(await changed("PC-1-2", "")), "NotThisProfile", "no payment named");
  t.equal(await why(await changed("|4.00|PC", "|4.001|PC")), "ValueUnreadable", "an amount");
  t.equal(await why(await changed("2025-04-15", "2025-02-30")), "ValueUnreadable", "a date");
  t.equal(await why(await changed("|3|", "|三|")), "ValueUnreadable", "a count");
  t.equal(await why(await fileOf(Buffer.from([0x61, 0x81]))), "Encoding", "half a character");
  t.equal(await why(await fileOf("a".repeat(20_000))), "TooLong", "a long line");
  t.equal(await why(await fileOf("<Document/>")), "NotThisProfile", "XML");
  t.equal(await why(join(folder, "absent")), "FileUnreadable", "a file that is not there");
});

const titles = "批次号 日期 序号 账号 户名 金额 摘要 结果码 结果说明".split(" ");

async function sheetOf(...rows: readonly string[][]): Promise<string> {
  const path = join(folder, `${++files}.xlsx`);
  const cell = (content: string): string =>
    content.startsWith("#")
      ? `<c><v>${content.slice(1)}</v></c>`
      : `<c t="inlineStr"><is><t>${content}</t></is></c>`;
  const written = [titles, ...rows].map((cells) => `<row>${cells.map(cell).join("")}</row>`);
  await writeWorkbook(path, { rows: written.join("") });
  return path;
}

test("an answer of example-xlsx", async (t) => {
  const row = (...changed: readonly [number, string][]): string[] => {
    const cells = ["PC-1", "2025-04-15", "1", "6223", "张三", "4.00", "PC-1-1", "0000", "成功"];
    for (const [at, content] of changed) cells[at] = content;
    return cells;
  };
  const second = row([6, "PC-1-2"], [5, "#750.61"], [7, "0001"], [1, "2025-04-16"]);
  const path = await sheetOf(row(), second);
  const { payments, messageId, checks } = await show(path, sheetProfile);
  t.equal(messageId, "PC-1");
  t.strictSame(payments, [
    { endToEndId: "PC-1-1", status: "credited", amount: "4.00" },
    { endToEndId: "PC-1-2", status: "returned", reason: "AC01", amount: "750.61" },
  ]);
  t.strictSame(checks, [], "has no totals to check");
  const items: BankItem[] = [];
  for await (const item of readBankFile(path, sheetProfile)) items.push(item);
  t.match(items[2], { on: "2025-04-16" }, "each row has its day");
  const remade = await show(await sheetOf(row([7, "#0"]), row([7, "#3"])), sheetProfile);
  t.match(
    remade.payments,
    [{ status: "credited" }, { reason: "AC04" }],
    "a code of which a spreadsheet made a number is still that code",
  );
  const lost = await sheetOf(row([3, "#6223364478042346679"]));
  t.equal(await why(lost, sheetProfile), "NotThisProfile", "an account that lost its end");
  const two = await sheetOf(row(), row([0, "PC-2"]));
  t.equal(await why(two, sheetProfile), "NotThisProfile", "two batches");
  t.equal(await why(await sheetOf(), sheetProfile), "Incomplete", "no row");
  t.equal(await why(await fileOf(answer()), sheetProfile), "NotThisProfile", "a text");
  t.equal(await why(await fileOf(`${titles.join(",")}\n`), sheetProfile), "NotThisProfile", "CSV");
});

test("a bureau describes its own bank", async (t) => {
  const told = {
    profile: "county-bank",
    instruction: {
      format: "text",
      encoding: "utf-8-bom",
      lineEnd: "LF",
      delimiter: "\t",
      titles: true,
      last: ["batch", "count", "total"],
      columns: [
        { title: "户名", is: "holder" },
        { title: "账号", is: "account" },
        { title: "金额", is: "amount" },
        { title: "附言", is: "endToEndId" },
      ],
    },
    answer: {
      format: "text",
      encoding: "utf-8",
      lineEnd: "LF",
      delimiter: ",",
      titles: true,
      last: ["count", "empty"],
      columns: [
        { title: "批次", is: "batch" },
        { title: "入账日", is: "date" },
        { title: "附言", is: "endToEndId" },
        { title: "金额", is: "amount" },
        { title: "状态", is: "resultCode" },
      ],
    },
    results: { S: { outcome: "credited" } },
    otherwise: { outcome: "returned", reason: "MS03" },
  };
  const profile = bankProfile.parse(told);
  const text = "批次,入账日,附言,金额,状态\nP,2025/4/5,E1,1,S\nP,2025-04-06,E2,2.5,F\n2,\n";
  const shown = await show(await fileOf(Buffer.from(text)), profile);
  t.strictSame(shown.payments, [
    { endToEndId: "E1", status: "credited", amount: "1.00" },
    { endToEndId: "E2", status: "returned", reason: "MS03", amount: "2.50" },
  ]);
  t.strictSame(shown.checks, [{ check: "batch", ok: true }], "the last line has totals");
  const untitled = await fileOf(Buffer.from(text.replace("入账日", "日期")));
  t.equal(await why(untitled, profile), "NotThisProfile", "other titles");
  const without = (change: object): boolean =>
    bankProfile.safeParse({ ...told, ...change }).success;
  t.equal(without({}), true);
  t.equal(without({ profile: "pain.001.001.03" }), false, "a name that is taken");
  t.equal(without({ otherwise: { outcome: "lost" } }), false, "an outcome that is none");
  t.equal(without({ instruction: told.answer }), false, "an instruction without an account");
  t.equal(without({ answer: told.instruction }), false, "an answer without a result");
  t.equal(without({ more: 1 }), false, "a member that nobody knows");
  t.equal(formatNamed("county-bank", [profile]), profile);
  t.equal(formatNamed("pain.001.001.09"), "pain.001.001.09");
  t.equal(formatNamed("nobody"), undefined);
  const names = [
    "pain.001.001.03",
    "pain.001.001.09",
    "example-xlsx",
    "example-gbk",
    "county-bank",
  ];
  t.strictSame(
    listProfiles([profile]).map((one) => one.profile),
    names,
  );
});

test("a damaged answer is read or refused", async (t) => {
  const seed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 2 ** 31);
  t.comment(`PROPERTY_SEED=${seed}`);
  const random = randomSource(seed);
  const whole = iconv.encode(answer(), "gb18030");
  let read = 0;
  for (let times = 0; times < 200; times++) {
    const at = random.below(whole.length);
    const put = Buffer.from(random.pick(["|", "\n", "7", "\0", "\xff", "-", ""]), "latin1");
    const behind = whole.subarray(at + random.pick([0, 1, 30]));
    const path = await fileOf(Buffer.concat([whole.subarray(0, at), put, behind]));
    if ((await why(path)) === "read") read += 1;
  }
  t.ok(read > 0 && read < 200, `${read} of 200 read`);
});
