// A data folder that was copied, packed or restored as bureaus do it, and the command line.
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { t as suite, test } from "tap";
import { sample, sampleKinds } from "../support/sample.ts";
import { answerHere, ready, start, sunshineHere } from "../support/sunshine.ts";

const run = promisify(execFile);
const parent = await mkdtemp(join(tmpdir(), "sunshine-e2e-restored-"));
suite.teardown(() => rm(parent, { recursive: true, force: true }));

/** Runs a shell command in the folder of this test, where the ledger lies in `data`. */
const shell = (command: string) => run("sh", ["-c", command], { cwd: parent });

for (const kind of sampleKinds) {
  const file = join(parent, `${kind}.csv`);
  await copyFile(join(sample, `${kind}.csv`), file);
  await answerHere(["import", kind, file, "--data", join(parent, "data")]);
}
const statements = async (folder: string) =>
  sunshineHere(["statements", "--json", "--data", join(parent, folder)]);
const original = await statements("data");

const ways = {
  "cp -r": "umask 022; cp -r data copy",
  "cp -r, with modes of a disk that has none": "cp -r data copy; chmod -R u=rwX,go=rX copy",
  "tar without owners": "mkdir copy; tar c -C data . | tar x --no-same-owner -C copy",
  zip: "cd data && zip -qr ../data.zip . && mkdir ../copy && cd ../copy && unzip -q ../data.zip",
  "zip without folders": "cd data && zip -qrD ../d.zip . && cd .. && unzip -q d.zip -d copy",
  python: `python3 -c '
import shutil, zipfile
zipfile.ZipFile(shutil.make_archive("p", "zip", "data")).extractall("copy")'`,
};

for (const [way, command] of Object.entries(ways)) {
  test(`a data folder after ${way}`, async (t) => {
    const copied = await shell(command).then(
      () => null,
      (error: unknown) => error as NodeJS.ErrnoException,
    );
    // 127: there is no such program.
    if (String(copied?.code) === "127") return t.plan(0, "the program is not there");
    t.equal(copied, null);
    t.teardown(() => rm(join(parent, "copy"), { recursive: true, force: true }));
    const key = join(parent, "copy", "vault.key");
    if (((await stat(key)).mode & 0o077) !== 0) {
      const refused = await sunshineHere(["statements", "--data", join(parent, "copy")]);
      t.equal(refused.status, 2);
      t.match(refused.stderr, /^sunshine: the vault key file .*mode 644.*: chmod 600 \S+\n$/);
      const [mend = "false"] = /chmod 600 .*/.exec(refused.stderr) ?? [];
      await shell(mend);
    }
    const restored = await statements("copy");
    t.equal(restored.status, 0, restored.stderr);
    t.equal(restored.stdout, original.stdout, "says what the original said");
    t.match((await answerHere(["verify", "--data", join(parent, "copy")])).document, { ok: true });
  });
}

test("a data folder that was copied while its service ran", async (t) => {
  t.teardown(() => rm(join(parent, "copy"), { recursive: true, force: true }));
  const words = ["start", "--no-demo", "--data", join(parent, "data"), "--json"];
  const service = start(words, { env: { PORT: "0" } });
  await ready(service);
  await shell("cp -a data copy");
  const restored = await statements("copy");
  service.child.kill("SIGTERM");
  await service.ended;
  t.equal(restored.status, 0, restored.stderr);
  t.equal(restored.stdout, original.stdout);
});

test("a data folder without its key", async (t) => {
  const [key, elsewhere] = [join(parent, "data/vault.key"), join(parent, "kept.key")];
  await rename(key, elsewhere);
  const refused = await answerHere(["verify", "--data", join(parent, "data")]);
  t.equal(refused.status, 2);
  const message = /ENOENT\); put the key of this ledger there/;
  t.match(refused.document, { error: { code: "VaultKeyInvalid", message } });
  t.notOk((await readdir(join(parent, "data"))).includes("vault.key"), "gets no other");
  await chmod(elsewhere, 0o640);
  const env = { VAULT_KEY_FILE: elsewhere };
  const shared = await answerHere(["verify", "--data", join(parent, "data")], { env });
  t.equal(shared.status, 2);
  const command = `: chmod 600 ${elsewhere}`;
  t.match(shared.document, { error: { code: "VaultKeyInvalid", message: command } });
  await chmod(elsewhere, 0o600);
  t.match((await answerHere(["verify", "--data", join(parent, "data")], { env })).status, 0);
  await rename(elsewhere, key);
  t.match(await readFile(key, "utf8"), /^[0-9a-f]{64}\n$/);
});
