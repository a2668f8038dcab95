/** A landline with its area code. */
const shortest = 10;
const separators = /[\s\-–—_.,，、/()（）+]/gu;

/**
 * What a text that stands in the open looks like, of what may only lie in the vault: a phone, an
 * account or an ID number, by the shape of such numbers; undefined where it looks like none.
 */
export function looksPersonal(text: string): "a phone" | "an account" | "an ID number" | undefined {
  if (text.length < shortest) return undefined;
  const bare = text.normalize("NFKC").replace(separators, "");
  if (/^\d{17}[\dXx]$/.test(bare) && isBirthday(bare.slice(6, 14))) return "an ID number";
  if (/^[1-9]\d{14}$/.test(bare) && isBirthday(`19${bare.slice(6, 12)}`)) return "an ID number";
  if (/^(0?0?86)?1[3-9]\d{9}$/.test(bare)) return "a phone";
  if (/^0\d{2,3}[2-8]\d{6,7}$/.test(bare)) return "a phone";
  if (/^[3-9]\d{15,18}$/.test(bare) && hasCheckDigit(bare)) return "an account";
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
