/**
 * Masks runs of nine or more digits, also with blanks or hyphens between, but for the last four.
 */
export function maskNumbers(text: string): string {
  return text.replace(/\d(?:[ -]?[\dXx]){8,}/g, (run) => {
    const digits = run.replace(/[ -]/g, "");
    return "*".repeat(digits.length - 4) + digits.slice(-4);
  });
}
