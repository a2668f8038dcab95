import type { Notice } from "../queries/notice.ts";
import { demoWords, sealWords, sheetColumns, sheetOf, sheetTitle } from "./sheet.ts";

/** What is printed where the font lacks a character, as compositors do: the geta mark. */
export const substitute = "〓";

/** A character that the sheet's font lacks, and the first line that has it; 0 for the head. */
export interface Missing {
  readonly character: string;
  readonly line: number;
}

/** So many are named on a sheet. */
const namedMax = 20;

const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");

/** What every sheet may need, whatever its notice: its words, digits, and what names characters. */
export const commonCharacters = [
  ascii,
  substitute,
  sheetTitle,
  demoWords,
  ...sheetColumns,
  ...sealWords,
  "\u3000第页共版计划清单哈希合笔年月日标题部分行字库缺以代替等个可能显示为方框二维码：；“”，。·…、",
];

/** A text without what has no shape: controls become blanks, joiners and selectors go. */
export function shaped(text: string): string {
  return text.replace(/\p{Default_Ignorable_Code_Point}/gu, "").replace(/\p{Cc}/gu, " ");
}

/** Every character of some texts, once. */
export function charactersOf(texts: Iterable<string>): string {
  const found = new Set<string>();
  for (const text of texts) for (const character of text) found.add(character);
  return [...found].join("");
}

/** Every text of a sheet that is not the same on all. */
export function textsIn(notice: Notice): string[] {
  const { subject, opening, facts, advice } = sheetOf(notice);
  const said = facts.flatMap(({ name, value }) => [name, value]);
  const lines = notice.lines.flatMap(({ shown, village }) => [shown, village]);
  return [subject, opening, ...advice, ...said, ...lines];
}

/** The texts of a notice's own, with the lines they stand in. */
function* textsOf({ lines, entity, period, plan, notices }: Notice): Generator<[string, number]> {
  for (const text of [entity, period ?? "", plan]) yield [text, 0];
  for (const { place, channels, phones } of notices) {
    for (const text of [place, channels, phones]) yield [text, 0];
  }
  for (const { line, shown, village } of lines) yield [`${shown}${village}`, line];
}

/** The characters of a notice that a font lacks. */
export function missingIn(notice: Notice, has: (character: string) => boolean): Missing[] {
  const missing = new Map<string, number>();
  for (const [text, line] of textsOf(notice)) {
    for (const character of shaped(text)) {
      if (!has(character) && !missing.has(character)) missing.set(character, line);
    }
  }
  return [...missing].map(([character, line]) => ({ character, line }));
}

/** Says which characters could not be printed, or may not show; undefined where all can. */
export function missingWords(
  missing: readonly Missing[],
  instead: "printed" | "shown",
): string | undefined {
  if (missing.length === 0) return undefined;
  const named = missing.slice(0, namedMax).map(({ character, line }) => {
    return `${line === 0 ? "标题部分" : `第 ${line} 行`} ${codePointName(character)}`;
  });
  const more = missing.length > namedMax ? `等 ${missing.length} 个字` : "";
  const what = instead === "printed" ? `以“${substitute}”代替` : "可能显示为方框";
  return `字库缺字，${what}：${named.join("；")}${more}。`;
}

/** A character as standards name it: U+20BB7. */
export function codePointName(character: string): string {
  const digits = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `U+${digits.padStart(4, "0")}`;
}
