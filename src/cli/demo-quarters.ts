import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Act } from "../../seeds/acts.ts";
import { inventCounty } from "../../seeds/county.ts";
import type { Receipts } from "../../seeds/pools.ts";
import { lastDemoMonth, playQuarters } from "../../seeds/quarters.ts";
import { dayInShanghai } from "../domain/calendar.ts";
import { keys } from "../domain/facts.ts";
import type { Ledger } from "../ledger.ts";
import type { PlayOptions } from "./demo-acts.ts";
import { play } from "./demo-acts.ts";

/** Options of playing the demo's quarters. */
export interface QuarterOptions extends PlayOptions {
  /** The day; months that are not over by then are not closed. */
  readonly today?: string;
  /** What else incomes say, where the programme that they come from is recorded. */
  readonly receipts?: Receipts;
}

/**
 * Plays what the demo county does beside its files: incomes, plans, payments and what banks say of
 * them. It can be stopped at any moment and called again: it goes on behind the last act that is
 * recorded. Throws `DemoRefused` where the county has been changed so that an act is refused.
 */
export async function playDemoQuarters(
  ledger: Ledger,
  options: QuarterOptions = {},
): Promise<void> {
  const { county = inventCounty, onProgress, signal, receipts } = options;
  const { today = dayInShanghai(Date.now()) } = options;
  const last = keys.month(lastDemoMonth);
  if ((await ledger.log.find([last])).has(last)) return;
  const all = playQuarters(county(), receipts);
  const acts = all.filter((act) => act.do !== "close" || act.month < today.slice(0, 7));
  const keyed = acts.map(keyOf);
  const found = await ledger.log.find(keyed.filter((key) => key !== undefined));
  const first = keyed.findLastIndex((key) => key !== undefined && found.has(key)) + 1;
  if (first === acts.length) return;
  const folder = await mkdtemp(join(tmpdir(), "sunshine-demo-"));
  try {
    for (let at = first; at < acts.length; at++) {
      signal?.throwIfAborted();
      onProgress?.(at, acts.length);
      await play(ledger, folder, acts[at] as Act);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The key by which an act is known to be done; rows are known by what comes behind them. */
function keyOf(act: Act): string | undefined {
  switch (act.do) {
    case "rows":
      return undefined;
    case "instruct":
      return keys.batch(act.batch);
    case "bank":
      return keys.bankFile(act.kind, act.account, act.message);
    case "settle":
      return keys.entry(act.entry);
    case "close":
      return keys.month(act.month);
  }
}
