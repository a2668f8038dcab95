import { looksPersonal } from "./personal-looks.ts";

/** What is said of a row that is recorded all the same. */
export interface Remark {
  readonly code: "LooksPersonal";
  /** Names the field, and repeats no text of the row. */
  readonly message: string;
  /** The column, as the file names it. */
  readonly field: string;
}

/** Of a text that everybody may read: whether it looks like what may only lie in the vault. */
export function remarkOnOpenText(field: string, text: string | undefined): Remark[] {
  const looks = text === undefined ? undefined : looksPersonal(text);
  if (looks === undefined) return [];
  const message = `${field} looks like ${looks}, and everybody may read it`;
  return [{ code: "LooksPersonal", message, field }];
}
