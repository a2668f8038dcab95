import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseFolderError } from "./data-folder.ts";
import { processIdentity } from "./processes.ts";

let claims = 0;

/**
 * Does `work` while no other process does work under the same `folder`, and answers its result.
 *
 * A process shows its claim as a file named for itself and works when it sees no other living
 * one: of two at once at least one sees the other, and the first by name stays while the others
 * withdraw. A file is only ever removed by its process, or by anyone once that process is dead,
 * so nothing here goes wrong when a process is killed. It holds the number that the folder has on
 * its disk: a claim that was copied along with its folder is none. Throws AlreadyStarting after
 * `limitMs`.
 */
export async function exclusively<T>(
  folder: string,
  limitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const identity = await processIdentity(process.pid);
  claims += 1;
  const own = `${identity ?? String(process.pid)}.${String(claims)}`;
  const deadline = Date.now() + limitMs;
  await mkdir(folder, { recursive: true });
  const where = String((await stat(folder)).ino);
  try {
    for (;;) {
      await writeFile(join(folder, own), where);
      const rivals = await livingRivals(folder, own, where);
      if (rivals.length === 0) return await work();
      if (rivals.some((rival) => rival < own)) await rm(join(folder, own));
      if (Date.now() > deadline) throw alreadyStarting(rivals[0] ?? "");
      await sleep(20 + Math.random() * 40);
    }
  } finally {
    await rm(join(folder, own), { force: true });
  }
}

async function livingRivals(folder: string, own: string, where: string): Promise<string[]> {
  const rivals: string[] = [];
  for (const name of await readdir(folder)) {
    if (name === own) continue;
    const identity = name.slice(0, name.lastIndexOf("."));
    const isAlive = (await processIdentity(Number.parseInt(name, 10))) === identity;
    const claimed = await readFile(join(folder, name), "utf8").catch(() => "");
    if (isAlive && (claimed === "" || claimed === where)) rivals.push(name);
    else await rm(join(folder, name), { force: true });
  }
  return rivals;
}

function alreadyStarting(rival: string): DatabaseFolderError {
  const pid = rival.split("-")[0] ?? "";
  return new DatabaseFolderError(
    "AlreadyStarting",
    `process ${pid} has been starting this database for a long time; end it and try again`,
  );
}
