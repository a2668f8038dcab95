import type { z } from "zod";
import type { Identity } from "../app/identity.ts";
import type { Standstill } from "../app/project.ts";
import type { KnownAt } from "../queries/as-of.ts";
import type { Found, Question } from "../queries/define.ts";
import type { Parameters, Told } from "../queries/parameters.ts";
import type { Right } from "../rights.ts";

/** A page, declared once: where it is, what it asks, and how the answers are shown. */
export interface Page<P extends z.ZodType = z.ZodType, Shown = unknown> {
  readonly path: `/${string}`;
  /** Who may see it. */
  readonly right: Right;
  /**
   * Parses the query string with what the path holds, or the form of a POST. It must accept any
   * input: a page has no problem documents.
   */
  readonly parameters: P;
  /**
   * What it asks for is personal and comes as a form in the body of a POST: a GET, whose address
   * logs and histories keep, shows the page without parameters.
   */
  readonly byPost?: true;
  /** It is to stand in no search engine and in no archive. */
  readonly unindexed?: true;
  /** It is shown before the ledger is opened, too. */
  readonly unopened?: true;
  ask(visit: Visit, parameters: z.output<P>): Promise<Shown>;
  /** Whether what was asked for exists; false makes the page a 404. */
  found?(shown: Shown): boolean;
  /** The page as HTML. */
  show(shown: Shown, site: Site): string;
}

/** What a page may use while it is asked for. */
export interface Visit {
  /** The answer to a question, as known at the position of this visit. May throw `Unknown`. */
  ask<P extends Parameters, A extends z.ZodObject>(
    question: Question<P, A>,
    told: Told<P>,
  ): Promise<Found<A>>;
  /**
   * The answer to a question that reads whole tables: kept until the position changes, and computed
   * once for all who wait. It may be as known at a slightly earlier position than this visit's.
   */
  kept<A extends z.ZodObject>(
    question: Question<Record<string, never>, A>,
  ): Promise<Kept<Found<A>>>;
  /** The position of this visit: all that is projected. */
  knownAt(): Promise<KnownAt>;
  /** The day in Asia/Shanghai. */
  today(): string;
  /** The service and its ledger. */
  running(): Promise<Running>;
}

/** A kept answer and the position as of which it is known. */
export interface Kept<F> {
  readonly knownAt: KnownAt;
  readonly answer: F;
}

/** The service and its ledger, as the first page shows them. */
export interface Running {
  readonly engine: string;
  /** Undefined while the ledger has not been opened. */
  readonly identity: Identity | undefined;
  /** False while it is being loaded. */
  readonly ready: boolean;
  readonly head: bigint;
  readonly projected: bigint;
}

/** What every page says of where it comes from. */
export interface Site {
  readonly version: string;
  /** Whether the ledger is the invented demo county. */
  readonly demo: boolean;
  /** Where and why the read models stand still, where they do. */
  readonly standstill: Standstill | undefined;
}

/** Declares a page. */
export function page<P extends z.ZodType, Shown>(declared: Page<P, Shown>): Page<P, Shown> {
  return declared;
}
