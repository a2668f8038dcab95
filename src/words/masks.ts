/** Digits of one number may have so many letters between two of them, and any other characters. */
const gapMax = 3;
/** From so many digits on, a run of them may be a phone, an account or an ID number. */
const digitsMin = 7;
/** So many digits show at the end of a run that is longer than they are by as many. */
const shownDigits = 4;
const written = "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參陸弌弍弐壱参叄幺两兩";
const mayHaveRun = new RegExp(`[\\p{N}${written}]`, "u");

/**
 * A text with every run of seven or more digits masked: but for the last four where there are eight
 * or more, else whole. Digits of any script, full-width and circled ones and Chinese numerals are
 * digits, whatever stands between two of them: any blanks, marks and signs, and up to three letters
 * (one beside a numeral, which is a word more often).
 */
export function maskNumbers(text: string): string {
  if (!mayHaveRun.test(text.normalize("NFKC"))) return text;
  const characters = Array.from(text);
  const sorts = characters.map(sortOf);
  let run: number[] = [];
  let letters = 0;
  const maskRun = (): void => {
    if (run.length >= digitsMin) {
      const shown = run.length >= 2 * shownDigits ? shownDigits : 0;
      for (const at of run.slice(0, run.length - shown)) characters[at] = "*";
    }
    run = [];
  };
  for (const [at, sort] of sorts.entries()) {
    const last = run.at(-1);
    // The check character of an ID number may be an X.
    const isCheck = sort === "x" && run.length >= digitsMin && last === at - 1;
    if (sort !== "digit" && sort !== "written" && !isCheck) {
      if (sort !== "sign") letters += 1;
      continue;
    }
    const isWord = sort === "written" || (last !== undefined && sorts[last] === "written");
    if (last !== undefined && letters > (isWord ? 1 : gapMax)) maskRun();
    run.push(at);
    letters = 0;
  }
  maskRun();
  return characters.join("");
}

function sortOf(character: string): "digit" | "written" | "x" | "letter" | "sign" {
  if (written.includes(character)) return "written";
  const normal = character.normalize("NFKC");
  if (Array.from(normal).some((one) => written.includes(one))) return "written";
  if (/\p{N}/u.test(normal)) return "digit";
  if (/^[xX×]$/.test(normal)) return "x";
  return /\p{L}/u.test(normal) ? "letter" : "sign";
}

/** Texts by name with what {@link maskNumbers} masks, in the names too; none is lost by that. */
export function maskNotes(notes: Readonly<Record<string, unknown>>): Record<string, string> {
  const masked = new Map<string, string>();
  for (const [name, text] of Object.entries(notes)) {
    const own = maskNumbers(name);
    let free = own;
    for (let nth = 2; masked.has(free); nth++) free = `${own}（${nth}）`;
    masked.set(free, maskNumbers(String(text)));
  }
  return Object.fromEntries(masked);
}
