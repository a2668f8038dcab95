import { legOf } from "../../events/legs.ts";

/** A leg in both languages. */
export function legLabel(leg: string): string {
  const name = legOf(leg)?.name;
  return name === undefined ? leg : `${name} ${leg}`;
}
