import type { DecidedEvent } from "./facts.ts";
import { looksPersonal } from "./personal-looks.ts";
import type { RefusalCode } from "./refusal.ts";

/** What is said of a row that is recorded all the same. */
export interface Remark {
  readonly code: "LooksPersonal" | RefusalCode;
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

/** What the event of a row says of it; undefined where it says nothing, as nearly all do. */
export function remarksIn(events: readonly DecidedEvent[]): readonly Remark[] | undefined {
  for (const { data } of events) {
    if ("remarks" in data && data.remarks !== undefined) return data.remarks as Remark[];
  }
  return undefined;
}
