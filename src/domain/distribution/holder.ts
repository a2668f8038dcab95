/** Whom something is for: a household, one of its persons, or an organisation. */
export interface HolderNames {
  readonly household?: string | undefined;
  readonly organisation?: string | undefined;
  readonly person?: string | undefined;
}

/** A text that two holders share only where they are the same. */
export function holderKey({ household, organisation, person }: HolderNames): string {
  return JSON.stringify([household ?? null, person ?? null, organisation ?? null]);
}
