/** Whether two names are one person's, as far as names tell: blanks inside do not count. */
export function isSamePerson(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && bare(a) === bare(b);
}

function bare(name: string): string {
  return name.replace(/\s/gu, "");
}
