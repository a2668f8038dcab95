const actorLengthMax = 200;
/** Characters that nobody sees or that break a line: two names must not look the same. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{DI}\p{Zl}\p{Zp}\u2800]/u;

/** What is wrong with the name of who acts, in words that go after it; undefined where nothing. */
export function actorFault(name: string): string | undefined {
  if (name.trim() === "") return "is empty";
  if (name.length > actorLengthMax) return `is longer than ${actorLengthMax} characters`;
  const [found] = unseen.exec(name) ?? [];
  if (found === undefined) return undefined;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `holds the character U+${code}, which nobody sees`;
}
