import { extname } from "node:path";
import type { Command } from "commander";
import { pendingFile } from "../exchange/pending-file.ts";
import { systemCode } from "../exchange/text-encoding.ts";
import { codePointName, substitute } from "../notice/characters.ts";
import type { WriteSheet } from "../notice/writers.ts";
import { sheetWriters } from "../notice/writers.ts";
import type { Notice } from "../queries/notice.ts";
import { noticeOf } from "../queries/notice.ts";
import { grouped } from "../words/numbers.ts";
import { FileNotWritable, UsageError } from "./failure.ts";
import type { Runner } from "./session.ts";
import { answerableAt } from "./session.ts";

const writers: Readonly<Record<string, () => Promise<WriteSheet>>> = {
  ".html": sheetWriters.html,
  ".pdf": sheetWriters.pdf,
};

/** `sunshine notice PLAN --out FILE.html|FILE.pdf` */
export function noticeVerb(program: Command, run: Runner): void {
  const verb = program
    .command("notice")
    .summary("the sheet for the wall of a plan's list")
    .description(
      "Writes the notice of the list that stands (公示): masked names, count, sum, hash and its " +
        "QR code, place, days, 12317 and the local number; A4, its fonts in the file.",
    )
    .argument("<plan>", "计划编号")
    .requiredOption("--out <file>", "where to: FILE.html or FILE.pdf");
  verb.action(async (plan: string) => {
    const { out: file } = verb.opts<{ out: string }>();
    const writer = writers[extname(file).toLowerCase()];
    if (writer === undefined) throw new UsageError("--out ends in .html or .pdf");
    await run(verb, { table: false }, async ({ ledger, out, signal }) => {
      const knownAt = await answerableAt({ ledger, signal });
      const notice = await noticeOf(ledger.reads.pool, plan, knownAt);
      const missing = await written(file, notice, await writer(), out.isDemo());
      const { version, count, sum, hash } = notice;
      if (out.format === "json") {
        await out.json({ plan, file, version, count, sum, hash, ...missing });
        return 0;
      }
      const lines = Object.values(missing).flat();
      await out.people(
        `${file}: 计划 ${plan} 第 ${version} 版，共 ${grouped(count)} 笔，${grouped(sum)} 元`,
        `清单哈希 hash ${hash}`,
        ...lines.map((each) => `字库缺字 not in the font, ${substitute} in a PDF: ${each}`),
      );
      return 0;
    });
  });
}

/** Writes the file whole or not at all, and answers which characters its font lacks, if any. */
async function written(
  path: string,
  notice: Notice,
  writer: WriteSheet,
  isDemo: boolean,
): Promise<{ missing?: string[] }> {
  const file = pendingFile(path);
  try {
    const { missing } = await writer(notice, { isDemo }, (bytes) => {
      file.append(bytes);
    });
    await file.put();
    if (missing.length === 0) return {};
    return { missing: missing.map(({ character }) => codePointName(character)) };
  } catch (error) {
    await file.discard().catch(() => undefined);
    if (!isSystemError(error)) throw error;
    throw new FileNotWritable(`${path} cannot be written (${systemCode(error)})`);
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}
