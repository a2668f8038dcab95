import { execFile } from "node:child_process";
import { readFile, realpath } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Identifies the process `pid` among all that had or will have this number, across restarts of the
 * machine; null when there is none, or only an entry of one that has ended.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  if (process.platform !== "linux") return identityByPs(pid);
  try {
    const stat = await readFile(`/proc/${String(pid)}/stat`, "latin1");
    // The name in parentheses may hold anything; state and start time are fields 3 and 22.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return null;
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "latin1");
    return `${String(pid)}-${fields[19] ?? ""}-${boot.slice(0, 8)}`;
  } catch {
    return null;
  }
}

async function identityByPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await run("ps", ["-o", "stat=,lstart=", "-p", String(pid)]);
    const [state = "", ...started] = stdout.trim().split(/\s+/);
    if (state === "" || state.startsWith("Z")) return null;
    return `${String(pid)}-${started.join("").replaceAll(":", "")}`;
  } catch {
    return null;
  }
}

/** Whether the process `pid` is alive and works in `folder`, an absolute path without links. */
export async function worksIn(pid: number, folder: string): Promise<boolean> {
  if ((await processIdentity(pid)) === null) return false;
  try {
    if (process.platform === "linux")
      return (await realpath(`/proc/${String(pid)}/cwd`)) === folder;
    const { stdout } = await run("ps", ["-o", "command=", "-p", String(pid)]);
    return stdout.includes(folder);
  } catch {
    return false;
  }
}
