import type { LedgerEvent } from "../../events/index.ts";

/** An event as the rules see it: what it says and the day it is about. */
export type KnownEvent = LedgerEvent & { readonly effectiveDate: string };

/**
 * The stream and keys an event is recorded under; see `src/log/event-log.ts` for what they guard.
 */
export type DecidedEvent = LedgerEvent & {
  readonly stream: string;
  readonly key: string;
  readonly nth: number;
  readonly once?: string;
  readonly effectiveDate: string;
};

/** Terms of a contract, wherever it stands. */
export interface ContractTerms {
  readonly kind: "lease" | "order" | "labour" | "shares";
  readonly contract: string;
  readonly organisation: string;
  readonly household?: string | undefined;
  readonly from: string;
  readonly to?: string | undefined;
  readonly price?: string | undefined;
  readonly floorPrice?: string | undefined;
  readonly register?: string | undefined;
  readonly parValue?: string | undefined;
}

/**
 * What is known when a command is decided: everything recorded before it and nothing else. An
 * answer that would have to be looked up first throws `NotLoaded`; the command is then decided
 * again.
 */
export interface Facts {
  /** The event under a movement's own key; it is taken for new unless it was looked up. */
  own(key: string): KnownEvent | undefined;
  /** The newest event under a key, see `keys`. */
  known(key: string): KnownEvent | undefined;
  /** The event recorded under a `once`, see `onces`. */
  first(once: string): KnownEvent | undefined;
  /** Shares in ten-thousandths held at the end of a day, of what is recorded so far. */
  holdings(register: string, day: string): ReadonlyMap<string, bigint>;
  /** How often something has been recorded under a key. */
  count(key: string): number;
}

/** Thrown where a fact is asked for that has to be looked up first. */
export class NotLoaded extends Error {}

/** The keys under which things are recorded, one namespace for the whole log. */
export const keys = {
  movement: (reference: string): string => `movement:${reference}`,
  contract: prefixed("contract:"),
  household: prefixed("household:"),
  person: (person: string): string => `person:${person}`,
  /** Place and status of a household, and the account its money goes to. */
  status: (household: string): string => `status:${household}`,
  payee: (household: string): string => `payee:${household}`,
  organisation: prefixed("organisation:"),
  /** Parts of the list of a movement that come before its closing event. */
  list: (reference: string): string => `list:${reference}`,
} as const;

const prefixedMax = 50_000;

/**
 * Prefixes ids that come again and again, keeping the result: a string that is already there has
 * its hash, a fresh concatenation is flattened and hashed at each look-up. Answers depend on the id
 * alone.
 */
function prefixed(prefix: string): (id: string) => string {
  const made = new Map<string, string>();
  return (id) => {
    let key = made.get(id);
    if (key === undefined) {
      if (made.size >= prefixedMax) made.clear();
      key = prefix + id;
      made.set(id, key);
    }
    return key;
  };
}

/** What may happen only once, whatever the key of the event that makes it happen. */
export const onces = {
  /** A share contract names a register for the first time, which opens it. */
  registerOpened: prefixed("register:"),
  movementReversed: (reference: string): string => `reversal-of:${reference}`,
} as const;

/** The streams things are recorded in: the boundaries of consistency. */
export const streams = {
  household: (household: string): string => `household-${household}`,
  organisation: (organisation: string): string => `organisation-${organisation}`,
  contract: prefixed("contract-"),
  register: prefixed("register-"),
} as const;
