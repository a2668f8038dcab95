import type { KindName } from "../domain/kinds.ts";

/** Commands of one kind, in order, from one caller or several. */
export interface CommandBatch {
  readonly kind: KindName;
  /** What the kind's `parse` has made. */
  readonly commands: readonly unknown[];
  /** One context a command. */
  readonly contexts: readonly CommandContext[];
}

/** Who gives a command, and what it belongs to. */
export interface CommandContext {
  readonly actor: string;
  /** Ties together what one import or request recorded. */
  readonly correlation?: string | undefined;
}

/**
 * Throws for contexts that a read model or a check could not store: they must not reach the log.
 */
export function checkContexts(contexts: readonly CommandContext[]): void {
  // The rows of a file share theirs.
  for (const { actor, correlation = "-" } of new Set(contexts)) {
    for (const text of [actor, correlation]) {
      const isStorable = text !== "" && text.length <= 200 && text.isWellFormed();
      if (!isStorable || text.includes("\u0000")) {
        throw new TypeError("actor and correlation are texts of 1 to 200 sound characters");
      }
    }
  }
}
