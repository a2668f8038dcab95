import { reasonWords } from "../../events/reasons.ts";

const codeInText = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?![A-Za-z0-9])/g;

/** The first code of `reasonWords` with two digits that stands by itself in a text. */
export function reasonIn(text: string): string | undefined {
  return text.match(codeInText)?.find((code) => reasonWords(code) !== undefined);
}
