/** Whether two names are one person's, as far as names tell: blanks inside do not count. */
export function isSamePerson(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && bareName(a) === bareName(b);
}

/** A name as names are compared: without its blanks. */
export function bareName(name: string): string {
  return name.replace(/\s/gu, "");
}
