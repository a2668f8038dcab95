import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Font } from "fontkit";
import { create } from "fontkit";
import subsetFont from "subset-font";
import { projectRoot } from "../root.ts";

/** Part of a font: the characters of one sheet. */
export interface SheetFont {
  readonly bytes: Buffer;
  /** Whether it has a character. */
  has(character: string): boolean;
  /** How wide a text is at one point of size; without kerning, which these fonts have none of. */
  widthOf(text: string): number;
}

/** The fonts a sheet is set in. */
export type FontName = "sans" | "mono";

/**
 * The part of a font that some characters need, as OpenType: it is small, and packing it would take
 * longer than all the rest. What the font lacks is left out.
 */
export async function fontFor(name: FontName, characters: string): Promise<SheetFont> {
  const whole = await readFile(join(projectRoot, `fonts/notice-${name}.woff2`));
  const bytes = await subsetFont(whole, characters, { targetFormat: "sfnt" });
  const font = create(bytes);
  if ("fonts" in font) throw new Error("one font was put in");
  return { bytes, has: (character) => has(font, character), widthOf: widths(font) };
}

function has(font: Font, character: string): boolean {
  return font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
}

function widths(font: Font): (text: string) => number {
  const known = new Map<string, number>();
  const widthOf = (character: string): number => {
    const { advanceWidth } = font.glyphForCodePoint(character.codePointAt(0) ?? 0);
    const width = advanceWidth / font.unitsPerEm;
    known.set(character, width);
    return width;
  };
  return (text) => {
    let sum = 0;
    for (const character of text) sum += known.get(character) ?? widthOf(character);
    return sum;
  };
}
