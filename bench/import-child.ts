// A process that imports one file and says how much memory that took at most.
import { readFile } from "node:fs/promises";
import { childTask } from "./child.ts";
import { importAndProject, openBenchLedger } from "./ledger.ts";

const { database, server, path } = await childTask();
// Whoever wanted to know has gone.
process.once("disconnect", () => process.exit());
const ledger = await openBenchLedger(server, database);
await importAndProject(ledger, path ?? "");
await ledger.close();
process.send?.(await peakBytes());
process.disconnect();

/**
 * The peak of this program. What `resourceUsage` says is, on Linux, never less than what the
 * process that started this one had, whose memory a new process shares for a moment.
 */
async function peakBytes(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1_024;
}
