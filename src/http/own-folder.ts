import type { Dirent } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";

/** A folder of this process for files that must not outlive it. */
export interface OwnFolder {
  /** A new empty folder in it, which nobody else can look into. */
  make(): Promise<string>;
  /** Removes it with all that is in it. */
  close(): Promise<void>;
}

const touchEveryMs = 60_000;
/** On another machine a process shows that it lives by touching its folder. */
const silentMs = 5 * touchEveryMs;

/** Those that this process has open: after a restart another one may have had its number. */
const open = new Set<string>();

/**
 * A folder of this process below one that several may share; made when it is first needed. What
 * ended processes left there is removed at once, and each minute what those of other machines left
 * that have been silent for five.
 */
export async function ownFolder(shared: string): Promise<OwnFolder> {
  await removeAbandoned(shared);
  let made: Promise<string> | undefined;
  const make = async (): Promise<string> => {
    await mkdir(shared, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(shared, namePrefix(process.pid)));
    open.add(basename(folder));
    return folder;
  };
  const folder = (): Promise<string> =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
  const look = async (): Promise<void> => {
    const now = new Date();
    if (made !== undefined) await utimes(await made, now, now);
    await removeAbandoned(shared);
  };
  const timer = setInterval(() => void look().catch(() => undefined), touchEveryMs);
  timer.unref();
  return {
    make: async () => mkdtemp(join(await folder(), "upload-")),
    close: async () => {
      clearInterval(timer);
      const own = await made?.catch(() => undefined);
      if (own === undefined) return;
      await rm(own, { recursive: true, force: true });
      open.delete(basename(own));
    },
  };
}

function namePrefix(pid: number): string {
  return `${hostname()}-${pid}-`;
}

async function removeAbandoned(shared: string): Promise<void> {
  const entries = await readdir(shared, { withFileTypes: true }).catch((): Dirent[] => []);
  for (const { name } of entries) {
    const path = join(shared, name);
    if (await isAbandoned(path)) {
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const name = basename(path);
  const [, host, pid] = /^(.*)-(\d+)-[^-]*$/.exec(name) ?? [];
  if (host === hostname()) return Number(pid) === process.pid ? !open.has(name) : !lives(pid);
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > silentMs;
}

function lives(pid: string | undefined): boolean {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
