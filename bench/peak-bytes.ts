import { readFile } from "node:fs/promises";

/**
 * The peak of this program. What `resourceUsage` says is, on Linux, never less than what the
 * process that started this one had, whose memory a new process shares for a moment.
 */
export async function peakBytes(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1_024;
}
