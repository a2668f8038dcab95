import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { test } from "tap";
import { codePath, codeOf, darkRuns } from "../../src/notice/code.ts";
import { wrapped } from "../../src/notice/paper.ts";
import { sheetOf } from "../../src/notice/sheet.ts";
import { writeSheetHtml } from "../../src/notice/sheet-html.tsx";
import { writeSheetPdf } from "../../src/notice/sheet-pdf.ts";
import type { Notice } from "../../src/queries/notice.ts";
import { capitals } from "../../src/words/numbers.ts";
import { noticeOf } from "../support/notice.ts";
import { findBrowser, hasProgram } from "../support/programs.ts";

const skip = hasProgram("pdftotext", "-v") ? false : "pdftotext is not installed";

async function bytesOf(writer: typeof writeSheetPdf, notice: Notice, isDemo = false) {
  const pieces: Buffer[] = [];
  const { missing } = await writer(notice, { isDemo }, (bytes) => {
    pieces.push(bytes);
  });
  return { bytes: Buffer.concat(pieces), missing };
}

/** The text of a PDF by page. */
function pagesOf(pdf: Buffer): string[] {
  const options = { input: pdf, maxBuffer: 64 * 1024 * 1024 };
  const text = execFileSync("pdftotext", ["-layout", "-", "-"], options).toString("utf8");
  return text.split("\f").slice(0, -1);
}

/** What each sheet must say, in any form. */
const says = [
  "分红",
  "按股",
  "JH-00003",
  "2025年3月5日至2025年3月14日（村级，10 天）",
  "2025年3月6日至2025年3月16日（县级，11 天）",
  "村务公开栏",
  "县政务大厅",
  "12317、0877-5012345",
  "756d08e2",
  "a7ec5c69",
  "异议",
  "盖章",
  "𠮷*",
  "买***********",
  "·**",
];

void test("a sum in capitals", (t) => {
  for (const [yuan, words] of [
    ["8000.00", "人民币捌仟元整"],
    ["4000.01", "人民币肆仟元零壹分"],
    ["0.10", "人民币壹角整"],
    ["0.00", "人民币零元整"],
    ["10100000.05", "人民币壹仟零壹拾万元零伍分"],
    ["1234567890123.45", "人民币壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"],
  ] as const) {
    t.equal(capitals(yuan), words);
  }
  t.end();
});

void test("a text cut into lines", (t) => {
  const width = (text: string): number => Array.from(text).length;
  t.strictSame(wrapped("甲乙丙，丁", 3, width), ["甲乙", "丙，丁"], "none begins with a comma");
  t.strictSame(wrapped("甲乙（丙）", 3, width), ["甲乙", "（丙）"], "none ends with a bracket");
  t.strictSame(wrapped("甲 JH-1 乙", 5, width), ["甲", "JH-1", "乙"], "a number stays whole");
  t.strictSame(wrapped("abcdef", 4, width), ["abcd", "ef"], "but for one longer than a line");
  t.strictSame(wrapped("", 4, width), [""]);
  t.end();
});

void test("a QR code", (t) => {
  const modules = codeOf(sheetOf(noticeOf(1)).code);
  t.equal(modules.length % 4, 1, "has the side of a version of the standard");
  const dark = modules.flat().filter(Boolean).length;
  const runs = [...darkRuns(modules)];
  t.equal(
    runs.reduce((sum, { width }) => sum + width, 0),
    dark,
    "is drawn whole",
  );
  t.equal(codePath(modules).split("M").length - 1, runs.length);
  t.equal(
    sheetOf(noticeOf(1)).code,
    `{"hash":"${noticeOf(1).hash}","plan":"JH-00003","version":2}`,
    "holds hash, plan and version in canonical JSON",
  );
  t.end();
});

void test("a sheet as HTML", async (t) => {
  const { bytes, missing } = await bytesOf(writeSheetHtml, noticeOf(30), true);
  const html = bytes.toString("utf8");
  t.strictSame(missing, []);
  for (const words of says) t.match(html, words);
  t.match(html, "&lt;b>柑桔", "what is told is escaped");
  t.match(html, "演示数据");
  t.notMatch(html, /<script|https?:(?!\/\/www\.w3)|src="(?!data)/, "needs nothing else");
  t.match(html, "data:font/otf;base64,");
  t.notMatch(html, "罗敏", "nobody who worked on it is named");
  t.notMatch((await bytesOf(writeSheetHtml, noticeOf(1))).bytes.toString(), "演示数据");
});

void test("a sheet as PDF", { skip }, async (t) => {
  const { bytes, missing } = await bytesOf(writeSheetPdf, noticeOf(30), true);
  const pages = pagesOf(bytes);
  const text = pages.join("");
  t.strictSame(missing, []);
  for (const words of says) t.match(text, words);
  t.match(text, "演示数据");
  t.notMatch(text, "罗敏");
  for (const [i, page] of pages.entries()) {
    t.match(page, "金额（元）", "the head of the table is on every page");
    t.match(page, `第 ${i + 1} 页，共 ${pages.length} 页`);
  }
  t.match(text, capitals(noticeOf(30).sum));
  t.ok(
    bytes.equals((await bytesOf(writeSheetPdf, noticeOf(30), true)).bytes),
    "is always the same",
  );
});

void test("a list of 2,000 lines", { skip }, async (t) => {
  const { bytes } = await bytesOf(writeSheetPdf, noticeOf(2_000));
  const pages = pagesOf(bytes);
  const lines = pages.join("").matchAll(/^ *(\d+) +\S.*村民委员会 +([\d,]+\.05)$/gm);
  const found = [...lines].map(([, line]) => Number(line));
  t.strictSame(
    found,
    noticeOf(2_000).lines.map(({ line }) => line),
  );
  t.match(pages.at(-1), "合计");
  t.match(pages.at(-1), /^ *2000 /m, "the sum does not stand alone");
  t.ok(bytes.length < 1_000_000, `${bytes.length} bytes`);
});

void test("a number of lines for which a page is just full", { skip }, async (t) => {
  for (let count = 1; count <= 45; count += 1) {
    const pages = pagesOf((await bytesOf(writeSheetPdf, noticeOf(count))).bytes);
    t.match(pages.at(-1), "盖章", `${count}`);
    if (pages.length > 1) t.match(pages.at(-1), new RegExp(`^ *${count} `, "m"));
  }
});

void test("a character that the font lacks", { skip }, async (t) => {
  const notice = noticeOf(3);
  const [first, ...rest] = notice.lines;
  if (first === undefined) throw new Error("three lines");
  const odd = { ...notice, lines: [{ ...first, shown: "ཀ\u200d*" }, ...rest] };
  const { bytes, missing } = await bytesOf(writeSheetPdf, odd);
  t.strictSame(missing, [{ character: "ཀ", line: 1 }], "a joiner is none");
  const text = pagesOf(bytes).join("");
  t.match(text, /^ *1 +〓\*/m);
  t.match(text, "第 1 行 U+0F40");
  const html = (await bytesOf(writeSheetHtml, odd)).bytes.toString();
  t.match(html, "ཀ", "HTML leaves it to the reader's fonts");
  t.match(html, "可能显示为方框：第 1 行 U+0F40");
});

void test("a sheet that cannot be written", async (t) => {
  for (const writer of [writeSheetHtml, writeSheetPdf]) {
    const full = writer(noticeOf(3), { isDemo: false }, () => {
      throw Object.assign(new Error("full"), { code: "ENOSPC" });
    });
    await t.rejects(full, { code: "ENOSPC" });
  }
});

const browser = findBrowser();
const unseen = browser === undefined ? "there is no browser here" : skip;

void test("a sheet in a browser", { skip: unseen }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "sunshine-sheet-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const { bytes } = await bytesOf(writeSheetHtml, noticeOf(60));
  await writeFile(join(folder, "n.html"), bytes);
  const open = (...more: string[]) =>
    promisify(execFile)(
      browser ?? "",
      [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        `--user-data-dir=${join(folder, "profile")}`,
        ...more,
        `file://${join(folder, "n.html")}`,
      ],
      { timeout: 60_000 },
    );
  const printed = join(folder, "n.pdf");
  const { stderr } = await open("--no-pdf-header-footer", `--print-to-pdf=${printed}`);
  t.notMatch(stderr, /CONSOLE/, "which has nothing to complain of");
  const pages = pagesOf(await readFile(printed));
  t.ok(pages.length > 1, "takes several pages");
  for (const [i, page] of pages.entries()) {
    t.match(page, "金额（元）", "the head of the table is on every page");
    t.match(page, new RegExp(`${i + 1} */ *${pages.length}`));
  }
  for (const words of says) t.match(pages.join(""), words);
  await open("--window-size=500,1600", `--screenshot=${join(folder, "n.png")}`);
  t.ok((await readFile(join(folder, "n.png"))).length > 20_000, "shows something on a phone");
});
