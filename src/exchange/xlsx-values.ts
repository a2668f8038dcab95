/** What Excel allows. */
export const cellCharactersMax = 32_767;

/** Whether a number format that every spreadsheet has shows a number as a date. */
export function isBuiltInDateFormat(id: number): boolean {
  const between = (first: number, last: number) => id >= first && id <= last;
  return between(14, 22) || between(27, 36) || between(45, 47) || between(50, 58);
}

/** Whether the code of a number format shows a number as a date. */
export function isDateFormat(code: string): boolean {
  return /[ymd]/i.test(code.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, ""));
}

const shortestDecimal = /^(0|[1-9]\d*)(\.\d*[1-9])?$/;

/** A number as its shortest decimal, never with an exponent. */
export function decimalText(text: string): { readonly text: string; readonly lossy: boolean } {
  // Up to 15 digits a double holds any decimal as it is.
  if (text.length <= 15 && shortestDecimal.test(text)) return { text, lossy: false };
  const number = Number(text);
  if (!/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) || !Number.isFinite(number)) {
    return { text, lossy: true };
  }
  const decimal = withoutExponent(String(number));
  const lossy = decimal.length > 15 && decimal.replace(/^[-0.]+|\./g, "").length > 15;
  return { text: decimal, lossy };
}

function withoutExponent(text: string): string {
  if (!text.includes("e")) return text;
  const [mantissa = "", exponent] = text.split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}

const dayMs = 86_400_000;

/** `YYYY-MM-DD`, with a time where there is one; undefined when the serial names no day. */
export function dateText(text: string, date1904: boolean): string | undefined {
  const serial = Number(text);
  const total = Math.round(serial * dayMs);
  const day = Math.floor(total / dayMs);
  // The 1900 system counts 29 February 1900, which never was, as day 60.
  const exists = date1904 ? day >= 0 : day >= 1 && day !== 60;
  if (!exists || !(day <= (date1904 ? 2_957_003 : 2_958_465))) return undefined;
  const epoch = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30);
  const iso = new Date(epoch + total).toISOString();
  return total % dayMs === 0 ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/** `_x000D_` and the like stand for characters that XML cannot hold. */
export function unescapeText(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (escape, code: string) =>
    code === "0000" ? escape : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
