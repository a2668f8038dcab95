import { tmpdir } from "node:os";
import type { Act } from "../../seeds/acts.ts";
import { inventCounty } from "../../seeds/county.ts";
import { lastCorrection } from "../../seeds/programme/closing.ts";
import { lastCaseStep } from "../../seeds/programme/later.ts";
import { ownPack } from "../../seeds/programme/packs.ts";
import { playProgramme, programmeLater } from "../../seeds/programme/programme.ts";
import { firstIncome } from "../../seeds/quarters.ts";
import { keys } from "../domain/facts.ts";
import type { Ledger } from "../ledger.ts";
import type { PlayOptions } from "./demo-acts.ts";
import { play } from "./demo-acts.ts";

/** What is played before the quarters of the demo county, and what rests on them. */
export type ProgrammePart = "before" | "after";

/** What is recorded last of each part: with it all of the part is. */
const last = {
  before: keys.correction(lastCorrection),
  after: keys.caseStep(lastCaseStep),
} as const satisfies Readonly<Record<ProgrammePart, string>>;

/**
 * Whether a demo has the programme, or may have it still. Where an earlier version has paid the
 * quarters without it, the months that it falls into are closed.
 */
export async function mayHaveProgramme({ log }: Ledger): Promise<boolean> {
  const [first, quarters] = [keys.pack(ownPack), keys.income(firstIncome)];
  const found = await log.find([first, quarters]);
  return found.has(first) || !found.has(quarters);
}

/**
 * Plays a part of the programme of the demo county. It can be stopped at any moment and called
 * again: what is recorded already is not recorded again. Throws `DemoRefused` where the county has
 * been changed so that a row is refused.
 */
export async function playDemoProgramme(
  ledger: Ledger,
  part: ProgrammePart,
  { county = inventCounty, onProgress, signal }: PlayOptions = {},
): Promise<void> {
  if ((await ledger.log.find([last[part]])).has(last[part])) return;
  const acts = part === "before" ? playProgramme(county()) : programmeLater(county());
  const sizes = acts.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  for (const [at, act] of acts.entries()) {
    signal?.throwIfAborted();
    onProgress?.(done, total);
    await play(ledger, tmpdir(), act);
    done += sizes[at] ?? 0;
  }
}

/** How many rows an act has, as far as that is known before it. */
function sizeOf(act: Act): number {
  return act.do === "rows" && typeof act.rows !== "function" ? act.rows.length : 1;
}
