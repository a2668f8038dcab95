import { render } from "preact-render-to-string";
import type { Notice } from "../queries/notice.ts";
import { dayWords } from "../words/instants.ts";
import type { Missing } from "./characters.ts";
import { charactersOf, commonCharacters, missingIn, missingWords, textsIn } from "./characters.ts";
import { fontFor } from "./font.ts";
import { Code, Hash, Lines } from "./parts.tsx";
import { demoWords, sealWords, sheetOf, sheetTitle } from "./sheet.ts";

/** A sheet as a file, and what its font lacks. */
export interface SheetFile {
  readonly missing: readonly Missing[];
}

/**
 * Writes a sheet as one page of HTML that needs nothing else: its fonts lie in it, it runs no
 * script, and it prints on A4. What its font lacks is shown in a font of the reader's.
 */
export async function writeSheetHtml(
  notice: Notice,
  { isDemo }: { readonly isDemo: boolean },
  write: (bytes: Buffer) => void,
): Promise<SheetFile> {
  const sheet = sheetOf(notice);
  const { lines, sum, plan, version, notices } = notice;
  const texts = [...commonCharacters, ...textsIn(notice)];
  const font = await fontFor("sans", charactersOf(texts));
  const mono = await fontFor("mono", "0123456789abcdef ");
  const missing = missingIn(notice, (character) => font.has(character));
  const body = render(
    <main>
      {isDemo && <p class="demo">{demoWords}</p>}
      <h1>{sheetTitle}</h1>
      <p class="subject">{sheet.subject}</p>
      <p class="opening">{sheet.opening}</p>
      <div class="head">
        <dl>
          {sheet.facts.map(({ name, value, isLarge }) => (
            <div key={value} class={isLarge === true ? "large" : ""}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <div>
            <dt>清单哈希</dt>
            <dd>
              <Hash groups={sheet.hash} />
            </dd>
          </div>
        </dl>
        <Code text={sheet.code} label="二维码：计划编号、版本和清单哈希" />
      </div>
      {sheet.advice.map((text) => (
        <p key={text} class="advice">
          {text}
        </p>
      ))}
      <Lines lines={lines} sum={sum} />
      {missing.length > 0 && <p class="advice after">{missingWords(missing, "shown")}</p>}
      <p class="seal">
        {sealWords.map((words) => (
          <span key={words}>{words}</span>
        ))}
        <span>{dayWords(notices[0]?.from ?? "")}</span>
      </p>
    </main>,
  );
  const title = `${sheetTitle} ${plan} 第 ${version} 版`;
  const head = render(
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex, noarchive" />
      <title>{title}</title>
    </head>,
  ).replace("</head>", "");
  write(Buffer.from(`<!doctype html><html lang="zh-CN">${head}<style>`));
  write(Buffer.from(faceOf("notice", font.bytes) + faceOf("notice-mono", mono.bytes)));
  write(Buffer.from(`${style}${pageStyle(title)}</style></head><body>`));
  write(Buffer.from(`${body}</body></html>\n`));
  return { missing };
}

function faceOf(family: string, bytes: Buffer): string {
  const source = `url(data:font/otf;base64,${bytes.toString("base64")})`;
  return `@font-face{font-family:"${family}";src:${source} format("opentype")}`;
}

/** The foot of each page that is printed. A plan's number may be any text. */
function pageStyle(title: string): string {
  const text = Array.from(title, (one) => `\\${(one.codePointAt(0) ?? 0).toString(16)} `).join("");
  return `@page{@bottom-left{content:"${text}"}}`;
}

const style = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body {
  margin: 0;
  background: #e8eaec;
  color: #000;
  font: 12.5pt/1.55 notice, "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei",
    "PingFang SC", SimSun-ExtB, sans-serif;
}
main { max-width: 210mm; margin: 1rem auto; padding: 12mm 15mm; background: #fff; }
.demo { margin: 0 0 4mm; padding: 1mm 3mm; border: 2pt solid #a00; color: #a00; }
h1 { margin: 0; font-size: 40pt; line-height: 1.25; letter-spacing: 1em; text-indent: 1em; }
h1, .subject { text-align: center; font-weight: 700; }
.subject { margin: 0 0 3mm; font-size: 18pt; line-height: 1.35; }
.opening { margin: 0 0 3mm; text-indent: 2em; }
.head { display: flex; gap: 4mm; align-items: flex-start; margin-bottom: 3mm; }
dl { flex: 1; margin: 0; }
dl div { display: flex; align-items: baseline; }
dt { flex: 0 0 5.2em; }
dd { margin: 0; overflow-wrap: anywhere; }
.large dd { font-size: 15pt; font-weight: 700; line-height: 1.45; }
.code { flex: 0 0 34mm; width: 34mm; height: 34mm; }
.hash {
  display: block;
  max-width: 19em;
  font: 12pt/1.5 notice-mono, monospace;
  overflow-wrap: normal;
}
.hash span { display: inline-block; margin-right: .5em; }
.advice { margin: 0 0 1.5mm; font-size: 12pt; line-height: 1.5; text-indent: 2em; }
.lines {
  width: 100%;
  table-layout: fixed;
  margin: 3mm 0;
  border-collapse: collapse;
  line-height: 1.35;
}
.lines th, .lines td {
  padding: 1mm 2mm;
  border: .75pt solid #000;
  text-align: left;
  overflow-wrap: anywhere;
}
.lines thead th { background: #eee; white-space: nowrap; overflow-wrap: normal; }
.lines th:nth-child(1) { width: 9%; }
.lines th:nth-child(3) { width: 38%; }
.lines th:nth-child(4) { width: 21%; }
.lines .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.sum td, .sum th { font-weight: 700; }
.seal { display: flex; flex-wrap: wrap; gap: 3mm 24mm; margin: 8mm 0 0; break-inside: avoid; }
.seal span:last-child { margin-left: auto; }
@media (max-width: 40rem) {
  main { margin: 0; padding: 1rem; }
  h1 { font-size: 30pt; }
  .head { flex-direction: column; }
  .subject { font-size: 15pt; }
  dl div { flex-direction: column; margin-bottom: .25rem; }
  dt { flex-basis: auto; font-size: 11pt; color: #444; }
  .code { align-self: center; flex-basis: auto; }
  .lines { font-size: 10.5pt; }
  .lines th:nth-child(1) { width: 12%; }
  .lines th:nth-child(4) { width: 27%; }
  .lines th, .lines td { padding: 1mm; }
  .lines thead th, .lines .number { white-space: normal; }
}
@page {
  size: A4 portrait;
  margin: 14mm 15mm 16mm;
  @bottom-left { font: 10pt sans-serif; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 10pt sans-serif; }
}
@media print {
  body { background: none; }
  main { max-width: none; margin: 0; padding: 0 1pt; }
  .after, .seal, .sum { break-before: avoid; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
}
`;
