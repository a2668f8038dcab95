// What lies in the folder of uploads is gone once the process that put it there has ended.
import { spawnSync } from "node:child_process";
import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { test } from "tap";
import { ownFolder } from "../../src/http/own-folder.ts";

test("folders of processes that have ended", async (t) => {
  const shared = join(t.testdir({}), "uploads");
  const ended = spawnSync("true").pid;
  const left = async (name: string, minutesAgo = 0): Promise<void> => {
    await mkdir(join(shared, name, "upload-a"), { recursive: true });
    await writeFile(join(shared, name, "upload-a/upload"), "张三");
    const then = new Date(Date.now() - minutesAgo * 60_000);
    await utimes(join(shared, name), then, then);
  };
  await left(`${hostname()}-${ended}-aaaaaa`);
  await left(`${hostname()}-${process.pid}-bbbbbb`);
  await left(`${hostname()}-${process.ppid}-cccccc`, 60);
  await left(`another-host-1-dddddd`, 1);
  await left(`another-host-1-eeeeee`, 6);
  const own = await ownFolder(shared);
  const living = [`${hostname()}-${process.ppid}-cccccc`, "another-host-1-dddddd"];
  t.strictSame(new Set(await readdir(shared)), new Set(living));

  const upload = await own.make();
  t.equal((await stat(upload)).mode & 0o777, 0o700);
  t.equal((await stat(dirname(upload))).mode & 0o777, 0o700);
  const beside = await ownFolder(shared);
  t.equal((await stat(upload)).isDirectory(), true, "one of this process is left alone");
  await beside.close();
  await own.close();
  t.strictSame(new Set(await readdir(shared)), new Set(living), "nothing is left at the end");
});
