import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { DatabaseFolderError } from "./data-folder.ts";

const run = promisify(execFile);

/** Whom the server runs as; `ids` is null for the user who runs this process. */
export interface ServerOwner {
  readonly name: string;
  readonly ids: { readonly uid: number; readonly gid: number } | null;
}

/**
 * Whom the server of `cluster` runs as. PostgreSQL refuses root, so for root it is the owner of
 * the cluster if there is one already, else the user `postgres`, who is created when missing, or
 * `nobody` where users cannot be created.
 */
export async function serverOwner(cluster: string): Promise<ServerOwner> {
  if (process.getuid?.() !== 0) return { name: "this user", ids: null };
  const owner = await stat(cluster).catch(() => null);
  if (owner !== null && owner.uid !== 0) {
    return { name: `user ${String(owner.uid)}`, ids: { uid: owner.uid, gid: owner.gid } };
  }
  const found =
    (await userNamed("postgres")) ?? (await createPostgres()) ?? (await userNamed("nobody"));
  if (found !== null) return found;
  const advice = "create a user named postgres, or run as an ordinary user";
  throw new DatabaseFolderError("StartFailed", `PostgreSQL does not run as root: ${advice}`);
}

async function createPostgres(): Promise<ServerOwner | null> {
  const options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"];
  // Fails where another process has just created it; what counts is that it exists now.
  await run("/usr/sbin/useradd", [...options, "postgres"]).catch(() => undefined);
  return userNamed("postgres");
}

async function userNamed(name: string): Promise<ServerOwner | null> {
  const users = await readFile("/etc/passwd", "utf8").catch(() => "");
  const fields = users
    .split("\n")
    .map((line) => line.split(":"))
    .find((line) => line[0] === name);
  if (fields === undefined) return null;
  return { name: `user ${name}`, ids: { uid: Number(fields[2]), gid: Number(fields[3]) } };
}
