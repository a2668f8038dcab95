/** What separates the digits of one number, and may be left out. */
const separators = /[\s\-–—_.,，、/()（）+]/gu;
const numerals = "〇一二三四五六七八九";
/** A landline with its area code. */
const shortest = 10;

/**
 * What a text that stands in the open looks like, of what may only lie in the vault: a phone, an
 * account or an ID number, by the shape of a number in it; undefined where it looks like none.
 */
export function looksPersonal(text: string): "a phone" | "an account" | "an ID number" | undefined {
  if (text.length < shortest) return undefined;
  const plain = text.normalize("NFKC").replace(/[〇一二三四五六七八九]/g, digitOf);
  // As it stands, and with the digits together that something separates.
  for (const form of [plain, plain.replace(separators, "")]) {
    for (const [number] of form.matchAll(/\d+[xX]?/g)) {
      const looks = looksOf(number);
      if (looks !== undefined) return looks;
    }
  }
  return undefined;
}

function digitOf(numeral: string): string {
  return String(numerals.indexOf(numeral));
}

function looksOf(number: string): ReturnType<typeof looksPersonal> {
  if (/^\d{17}[\dXx]$/.test(number) && isBirthday(number.slice(6, 14))) return "an ID number";
  if (/^[1-9]\d{14}$/.test(number) && isBirthday(`19${number.slice(6, 12)}`)) return "an ID number";
  if (/^(0?0?86)?1[3-9]\d{9}$/.test(number)) return "a phone";
  if (/^0[1-9]\d{1,2}[2-8]\d{6,7}$/.test(number)) return "a phone";
  // Cards of this country begin with 62; others have a check digit.
  if (/^62\d{14,17}$/.test(number)) return "an account";
  if (/^[3-9]\d{15,18}$/.test(number) && hasCheckDigit(number)) return "an account";
  return undefined;
}

function isBirthday(digits: string): boolean {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)];
  return /^(19|20)/.test(year) && month >= "01" && month <= "12" && day >= "01" && day <= "31";
}

/** The check digit of bank cards (ISO/IEC 7812, Luhn). */
function hasCheckDigit(digits: string): boolean {
  const sum = Array.from(digits, Number)
    .reverse()
    .map((digit, at) => (at % 2 === 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9))
    .reduce((total, digit) => total + digit, 0);
  return sum % 10 === 0;
}
