// What this package says of itself in its README; it ships no types.
declare module "subset-font" {
  /** The font with the glyphs of a text alone. Characters that the font lacks are left out. */
  export default function subsetFont(
    font: Buffer,
    text: string,
    options: { readonly targetFormat: "sfnt" },
  ): Promise<Buffer>;
}
