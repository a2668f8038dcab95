import type { z } from "zod";
import type { Right } from "../rights.ts";
import type { KnownAt, ReadableWithVault } from "./as-of.ts";
import type { Parameters, Told } from "./parameters.ts";
import type { Block, CsvTable } from "./presentation.ts";

/**
 * A question that the ledger answers, declared once. With `path` it has a route and its page of the
 * reference, with `verb` a verb on the command line. A question with neither is asked by pages
 * alone.
 */
export interface Question<P extends Parameters = Parameters, A extends z.ZodObject = z.ZodObject> {
  /** What programs call it: the id of its operation, and its verb. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Whether an answer is about one household, about one register or about all there is. */
  readonly about: "household" | "register" | "county";
  /** Who may ask. */
  readonly right: Right;
  /** The household that it is about may ask, too. */
  readonly own?: true;
  /** Where it is asked over HTTP; `:name` stands for a parameter. */
  readonly path?: `/v1/${string}`;
  readonly parameters: P;
  /** Why values that are each well formed cannot be meant together, or false. */
  contradiction?(told: Told<P>): string | false;
  /** What is answered over HTTP, in this order of members. */
  readonly answer: A;
  /** How long an answer may take over HTTP; a minute otherwise. */
  readonly secondsMax?: number;
  /** Answers as known at a position that every projection has reached. May throw `Unknown`. */
  ask(ledger: ReadableWithVault, told: Told<P>, knownAt: KnownAt): Promise<Found<A>>;
  readonly verb?: Verb<Told<P>, Found<A>>;
}

/** An answer without the members that all answers have: see `ends`. */
export type Found<A extends z.ZodObject> = Omit<z.input<A>, "knownAt" | "demo">;

/** A question on the command line. */
export interface Verb<T, F> {
  /** One line in the list of verbs; the question's own otherwise. */
  readonly summary?: string;
  /** What `--help` says; the question's own otherwise. */
  readonly description?: string;
  /** Joins the pages of a list into one answer; without this each page is shown as it comes. */
  join?(pages: readonly F[]): F;
  /** Begins to show what was asked. */
  show(asked: Asked<T>): Presentation<F>;
}

/** What was asked. */
export interface Asked<T> {
  readonly told: T;
  readonly knownAt: KnownAt;
}

/** How the answers of one run of a verb are shown. */
export interface Presentation<F> {
  /** The documents to write, one a line; without this, the answer as it is over HTTP. */
  json?(found: F): readonly object[];
  csv(found: F): CsvTable;
  people(found: F): readonly Block[];
  /** For people, after the last page. */
  end?(): readonly Block[];
}

/** Declares a question. */
export function question<P extends Parameters, A extends z.ZodObject>(
  declared: Question<P, A>,
): Question<P, A> {
  return declared;
}
