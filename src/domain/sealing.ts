import type { JsonObject } from "../encoding/canonical.ts";
import type { FreeText, SealedText } from "./row.ts";

/** An item for the vault, named by its content, so that writing it again changes nothing. */
export interface SealedItem {
  readonly item: string;
  /** Whose key encrypts it; undefined: the ledger's own. */
  readonly household: string | undefined;
  readonly content: JsonObject;
}

/** What deciding may do with personal data: name it, compare it, and mark it to be kept. */
export interface Sealing {
  /** Names an item by its content; stores nothing yet. */
  name(household: string | undefined, content: JsonObject): SealedItem;
  /** The fingerprint of content: equal content has the same one. */
  fingerprint(content: JsonObject): string;
  /** Marks an item that must be stored before the events are recorded. */
  keep(item: SealedItem): void;
}

/** Free text of a row as an item of the vault, and as the event refers to it. */
export function sealText(
  free: FreeText | undefined,
  household: string | undefined,
  sealing: Sealing,
): { readonly item: SealedItem; readonly sealed: SealedText } | undefined {
  if (free === undefined) return undefined;
  const item = sealing.name(household, { ...free.extra, ...free.compared });
  const isCompared = Object.keys(free.compared).length > 0;
  const fingerprint = isCompared ? sealing.fingerprint(free.compared) : undefined;
  return { item, sealed: { fingerprint, item: item.item } };
}
