import type { FontName, SheetFont } from "./font.ts";

/** A text at its place on a page, in points from the top left corner. */
export interface Placed {
  readonly text: string;
  readonly x: number;
  /** The top of its line. */
  readonly y: number;
  readonly size: number;
  readonly font: FontName;
  readonly isBold: boolean;
}

/** The fonts of a sheet by name. */
export type Fonts = Readonly<Record<FontName, SheetFont>>;

/** A4 upright, in points. */
export const paper = { width: 595.28, height: 841.89, margin: 42.5, foot: 24 };

/** How wide a line of text may be. */
export const textWidth = paper.width - 2 * paper.margin;

/** What belongs together on a line: no line begins with a comma or ends with an opening bracket. */
const together = /[（“《]*(?:[!-~]+|[^])[，。、；：！？）”》]*/gu;

/** Cuts a text into lines of at most so many points. */
export function wrapped(
  text: string,
  widthMax: number,
  widthOf: (text: string) => number,
): string[] {
  const pieces = (text.match(together) ?? []).flatMap((piece) =>
    widthOf(piece) > widthMax ? Array.from(piece) : [piece],
  );
  const lines: string[] = [];
  let [line, width] = ["", 0];
  for (const piece of pieces) {
    const own = widthOf(piece);
    if (line !== "" && width + own > widthMax) {
      lines.push(line.trimEnd());
      [line, width] = ["", 0];
      if (piece === " ") continue;
    }
    line += piece;
    width += own;
  }
  return [...lines, line];
}
