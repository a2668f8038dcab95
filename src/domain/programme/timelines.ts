import type { HerdAction, RiskDirection } from "../../../events/programme-finance-words.ts";
import { toUnits } from "../decimal.ts";
import type { Timeline } from "../timeline.ts";
import { changeFrom, emptyTimeline, heldAt, leastFrom } from "../timeline.ts";
import type { ProgrammeRow } from "./recorded-row.ts";

/**
 * By name: what an account of a fund against risk holds, in fen, and what a household holds of a
 * herd, in heads. A row that is taken back changes both its own day and the one from which it
 * counts no more.
 */
export type Timelines = Map<string, Timeline>;

/** By how much a row changes what something holds while it counts. */
export interface Change {
  readonly name: string;
  readonly by: bigint;
}

/** The name of an account. */
export function accountName(account: string): string {
  return `account/${account}`;
}

/** The name of what a household holds of a herd. */
function herdName(herd: string, household: string): string {
  return `herd/${JSON.stringify([herd, household])}`;
}

/** Directions by which money comes into a fund against risk; by all others it goes out. */
const incoming: ReadonlySet<string> = new Set<RiskDirection>(["deposit", "yield", "regain"]);

/** Actions by which a household holds more animals; by all others fewer. */
const growing: ReadonlySet<string> = new Set<HerdAction>(["lend", "breed"]);

/** What a row of a fund against risk says of its account. */
export function riskChanges(said: {
  readonly account: string;
  readonly kind: string;
  readonly amount: string;
}): readonly Change[] {
  const fen = toUnits(said.amount, 2);
  return [{ name: accountName(said.account), by: incoming.has(said.kind) ? fen : -fen }];
}

/** What a row of a herd says. */
interface HerdSaid {
  readonly herd: string;
  readonly kind: string;
  readonly heads: number;
  readonly household: string;
  readonly recipient?: string | undefined;
}

/** By how many heads a row of a herd changes what households hold of it. */
export function headsBy(
  said: Omit<HerdSaid, "herd">,
): readonly { readonly household: string; readonly by: bigint }[] {
  const { kind, household, recipient } = said;
  const heads = BigInt(said.heads);
  const own = { household, by: growing.has(kind) ? heads : -heads };
  return recipient === undefined ? [own] : [own, { household: recipient, by: heads }];
}

/** What a row of a herd says of who holds it. */
export function herdChanges(said: HerdSaid): readonly Change[] {
  return headsBy(said).map(({ household, by }) => ({ name: herdName(said.herd, household), by }));
}

/** What a row changes while it counts; nothing where it is of another kind. */
export function changesOf(row: ProgrammeRow): readonly Change[] {
  if (row.kind === "risk-fund") return riskChanges(row.data);
  return row.kind === "herd" ? herdChanges(row.data) : [];
}

/** Changes timelines from a day on by a row that is recorded (`sign` 1) or taken back (−1). */
export function moveTimelines(
  timelines: Timelines,
  row: ProgrammeRow,
  [sign, day]: readonly [sign: 1n | -1n, day: string],
): void {
  for (const { name, by } of changesOf(row)) {
    const timeline = timelines.get(name) ?? emptyTimeline();
    timelines.set(name, timeline);
    changeFrom(timeline, day, sign * by);
  }
}

/** What something holds at the end of a day. */
export function heldOn(timelines: Timelines, name: string, day: string): bigint {
  return heldAt(timelines.get(name) ?? emptyTimeline(), day);
}

/** Whether changes from a day on would leave less than nothing, at the end of it or later. */
export function wouldOverdraw(
  timelines: Timelines,
  changes: readonly Change[],
  day: string,
): boolean {
  const sums = new Map<string, bigint>();
  for (const { name, by } of changes) sums.set(name, (sums.get(name) ?? 0n) + by);
  return [...sums].some(
    ([name, by]) => by < 0n && leastFrom(timelines.get(name) ?? emptyTimeline(), day) + by < 0n,
  );
}
