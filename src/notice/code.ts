import qrcode from "qrcode-generator";

/** A QR code as rows of modules, true where dark, without its quiet zone. */
export type Modules = readonly (readonly boolean[])[];

/** So many light modules belong around a code (ISO/IEC 18004). */
export const quietModules = 4;

/** The QR code of a text in UTF-8, which still reads with a seventh of it unreadable (level M). */
export function codeOf(text: string): Modules {
  const code = qrcode(0, "M");
  // The library takes a character as a byte.
  code.addData(Buffer.from(text).toString("latin1"));
  code.make();
  const at = Array.from({ length: code.getModuleCount() }, (_, i) => i);
  return at.map((row) => at.map((column) => code.isDark(row, column)));
}

/** The dark modules as an SVG path, one unit a module, runs of a row in one piece. */
export function codePath(modules: Modules): string {
  const pieces: string[] = [];
  for (const { x, y, width } of darkRuns(modules)) pieces.push(`M${x} ${y}h${width}v1h-${width}z`);
  return pieces.join("");
}

/** The dark runs of each row. */
export function* darkRuns(modules: Modules): Generator<{ x: number; y: number; width: number }> {
  for (const [y, row] of modules.entries()) {
    for (let x = 0; x < row.length; ) {
      let end = x;
      while (row[end] === true) end += 1;
      if (end > x) yield { x, y, width: end - x };
      x = end + 1;
    }
  }
}
