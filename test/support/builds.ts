import { execFile } from "node:child_process";
import { cp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../src/root.ts";

/**
 * Copies the built program into a folder, with files changed: by path, from the text of one (empty
 * where there is none) to another.
 */
export async function anotherBuild(
  folder: string,
  changes: Readonly<Record<string, (text: string) => string>>,
): Promise<string> {
  for (const part of ["bin", "dist", "migrations", "seeds", "package.json"]) {
    await cp(join(projectRoot, part), join(folder, part), { recursive: true });
  }
  await rm(join(folder, "dist", "bundle"), { recursive: true });
  await symlink(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  for (const [path, change] of Object.entries(changes)) {
    const text = await readFile(join(folder, path), "utf8").catch(() => "");
    const changed = change(text);
    if (changed === text) throw new Error(`what is to change is not in ${path}`);
    await writeFile(join(folder, path), changed);
  }
  await promisify(execFile)(process.execPath, ["bin/bundle.js"], { cwd: folder });
  return folder;
}
