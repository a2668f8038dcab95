import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keys } from "../domain/facts.ts";
import type { EventLog } from "../log/event-log.ts";
import type { KindName } from "../domain/kinds.ts";
import { fileKinds } from "../domain/kinds.ts";
import type { Handler } from "../write/handle.ts";
import { importFile } from "./import.ts";

/** The number of the demo county's last movement: once it is recorded, everything is. */
export const lastDemoMovement = "HN-YW-0038055";

/** Writes the files of the demo county into a folder and answers where they lie, by kind. */
export type WriteCounty = (folder: string) => Promise<Readonly<Record<KindName, string>>>;

/** Options of an import of the demo. */
export interface DemoOptions {
  readonly onProgress?: (kind: KindName, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Whether a demo ledger holds the whole demo county, whatever else has been recorded since. */
export async function isDemoComplete(log: EventLog): Promise<boolean> {
  const found = await log.find([keys.movement(lastDemoMovement)]);
  return found.size > 0;
}

/**
 * Has the database count what was loaded. Until it does so by itself, within a minute or so, it
 * answers questions over many rows as if there were few, and some of them far too late.
 */
export async function countLoaded(pool: {
  readonly query: (sql: string) => Promise<unknown>;
}): Promise<void> {
  await pool.query("ANALYZE");
}

/**
 * Imports the demo county's files as a bureau would import its own. It can be stopped at any moment
 * and called again. The ledger must have been opened as the demo's.
 */
export async function importDemo(
  handler: Handler,
  writeCounty: WriteCounty,
  { onProgress, signal }: DemoOptions = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sunshine-demo-"));
  try {
    const files = await writeCounty(folder);
    for (const kind of fileKinds) {
      const file = files[kind];
      if (file === undefined) continue;
      const { refused, stopped } = await importFile(handler, kind, file, {
        actor: "demo",
        rejected: null,
        onProgress: (done, total) => onProgress?.(kind, done, total),
        ...(signal && { signal }),
      });
      if (stopped !== undefined) throw stopped.error;
      const [first] = refused;
      if (first !== undefined) throw new Error(`the demo's ${kind} are refused: ${first.code}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
