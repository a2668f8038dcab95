// Who may read the vault's key file, and what is said where others can.
import { execFile } from "node:child_process";
import { chmod, chown, mkdtemp, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { after, test } from "tap";
import { projectRoot } from "../../src/root.ts";
import { readKeyFile, refuseSharedKeyFile, VaultKeyError } from "../../src/vault/keys.ts";

const run = promisify(execFile);
const onlyRoot = process.getuid?.() === 0 ? {} : { skip: "needs root to act as several users" };
const nobody = 65_534;

const folder = await mkdtemp(join(tmpdir(), "sunshine-it's 密钥 "));
after(() => rm(folder, { recursive: true }));

const octal = (mode: number): string => mode.toString(8);

test("a key file that others can read", async (t) => {
  const path = join(folder, "vault.key");
  const { check } = await readKeyFile(path, true);
  const link = join(folder, "link");
  await symlink(path, link);
  for (const mode of [0o604, 0o602, 0o640, 0o660, 0o610, 0o644, 0o777]) {
    for (const named of [path, link]) {
      await chmod(path, mode);
      const error = await readKeyFile(named, true).catch((e: unknown) => e as Error);
      if (!(error instanceof VaultKeyError)) return t.fail(`mode ${octal(mode)} is read`);
      t.match(error.message, `can be read by others (mode ${octal(mode)})`);
      await t.rejects(refuseSharedKeyFile(named), { message: error.message }, "also before");
      t.equal((await stat(path)).mode & 0o777, mode, "and stays as it is");
      const [command] = /chmod 600 .*$/.exec(error.message) ?? [];
      await run("sh", ["-c", command ?? "false"]);
      t.equal((await readKeyFile(named, false)).check, check, "until the command has mended it");
    }
  }
  for (const mode of [0o600, 0o400, 0o700]) {
    await chmod(path, mode);
    await refuseSharedKeyFile(link);
    t.equal(
      (await readKeyFile(link, true)).check,
      check,
      `mode ${octal(mode)} is its owner's alone`,
    );
  }
});

test("a key file that is not there", async (t) => {
  const absent = join(folder, "absent");
  await refuseSharedKeyFile(absent);
  await t.rejects(readKeyFile(absent, false), {
    message: /\(ENOENT\); put the key of this ledger/,
  });
  await t.rejects(readKeyFile(folder, false), { message: /cannot be read \(EISDIR\)$/ });
});

test("a key file of root, for a service of another user", onlyRoot, async (t) => {
  const own = await mkdtemp(join(tmpdir(), "sunshine-key-"));
  t.teardown(() => rm(own, { recursive: true }));
  await chmod(own, 0o711);
  const path = join(own, "vault.key");
  const { check } = await readKeyFile(path, true);
  const reachable = await run("test", ["-r", join(projectRoot, "package.json")], {
    uid: nobody,
    gid: nobody,
  }).then(
    () => true,
    () => false,
  );
  if (!reachable) return t.plan(0, "an ordinary user cannot read this checkout");
  const said = async (mode: number, uid: number): Promise<string> => {
    await chown(path, uid, nobody);
    await chmod(path, mode);
    return readAsNobody(path);
  };
  t.equal(await said(0o440, 0), check, "may be read by a group, as Kubernetes has it");
  t.equal(await said(0o640, 0), check);
  t.match(await said(0o460, 0), /mode 460/, "and not written");
  t.match(await said(0o444, 0), /mode 444.*sudo chown \S+ \S+ && chmod 600 \S+$/, "nor by all");
  t.match(await said(0o440, 1), /mode 440.*sudo chown/, "nor if another user's");
  t.match(await said(0o440, nobody), /mode 440.*: chmod 600 \S+$/, "nor if the service's own");
  t.match(await said(0o600, 0), /\(EACCES\); .*sudo chown/, "and is not there to be read at all");
  t.equal(await said(0o600, nobody), check);
  t.equal((await readKeyFile(path, false)).check, check, "root reads what is another's alone");
  await chmod(path, 0o640);
  await t.rejects(readKeyFile(path, false), { message: /: chmod 600 \S+$/ });
});

const source = `
import { readKeyFile } from "./src/vault/keys.ts";
await readKeyFile(process.env.FILE, false).then(
  ({ check }) => process.stdout.write(check),
  ({ message }) => process.stdout.write(message),
);
`;

/** The check of the key that another user reads, or what that user is told. */
async function readAsNobody(file: string): Promise<string> {
  // Without what tap gives its own processes, for it cannot follow to another user.
  const node = ["-u", "NODE_OPTIONS", process.execPath, "--import=tsx", "--input-type=module"];
  const env = { PATH: process.env["PATH"], FILE: file, TMPDIR: tmpdir() };
  const ids = { uid: nobody, gid: nobody };
  const { stdout } = await run("env", [...node, "--eval", source], {
    cwd: projectRoot,
    env,
    ...ids,
  });
  return stdout;
}
