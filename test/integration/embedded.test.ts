import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, chmod, chown, cp, mkdir, mkdtemp, readdir, readFile } from "node:fs/promises";
import { rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Test, t as whole, test } from "tap";
import { openEmbedded, runningServer } from "../../src/database/embedded.ts";
import { createPool } from "../../src/database/pool.ts";
import { binariesFor, installedBinaries } from "../../src/database/postgres-binaries.ts";
import { processIdentity } from "../../src/database/processes.ts";
import { projectRoot } from "../../src/root.ts";

const run = promisify(execFile);
const asRoot = process.getuid?.() === 0;
const onlyRoot = asRoot ? {} : { skip: "needs root to act as several users" };
const nobody = { uid: 65534, gid: 65534 };
const postmaster = "postgres/postmaster.pid";

/** A new folder below the temporary one, removed at the end with what runs in it. */
async function scratch(t: Pick<Test, "teardown">): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sunshine-embedded-"));
  t.teardown(async () => {
    for (const name of await readdir(folder)) await endServer(join(folder, name));
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

let made: Promise<string> | null = null;

/** A data folder with an empty database, in a new folder; a copy of one, which is faster. */
async function madeFolder(t: Test): Promise<string> {
  made ??= scratch(whole).then(async (parent) => {
    const folder = join(parent, "data");
    await (await openEmbedded(folder)).release();
    return folder;
  });
  const folder = join(await scratch(t), "data");
  await run("cp", ["-a", await made, folder]);
  return folder;
}

async function serverPid(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, postmaster), "utf8").catch(() => "");
  return text === "" ? null : Number.parseInt(text, 10);
}

async function endServer(dataDir: string): Promise<void> {
  const running = await runningServer(dataDir).catch(() => null);
  const pid = await serverPid(dataDir);
  if (running === null || pid === null) return;
  process.kill(pid, "SIGQUIT");
  while ((await serverPid(dataDir)) === pid) await sleep(20);
}

async function ask(connectionString: string, sql: string): Promise<unknown> {
  const pool = createPool(connectionString, { max: 1, applicationName: "test" });
  try {
    const { rows } = await pool.query<{ answer: unknown }>(sql);
    return rows[0]?.answer;
  } finally {
    await pool.end();
  }
}

interface Verb {
  readonly child: ChildProcess;
  readonly connectionString: string;
  readonly started: boolean;
  leave(): Promise<void>;
}

const verbSource = `
import { openEmbedded } from "./src/database/embedded.ts";
const tell = (value) => console.log(JSON.stringify(value));
try {
  const { release, ...rest } = await openEmbedded(process.env.FOLDER, {
    onNotice: (notice) => tell({ notice }),
  });
  tell(rest);
  process.stdin.resume().once("end", release);
} catch (error) {
  tell({ refused: error.code, message: error.message });
}
`;

function spawnVerb(folder: string, ids = {}): ChildProcess {
  // Without what tap gives its own processes, for it cannot follow to another user.
  const node = ["-u", "NODE_OPTIONS", process.execPath, "--import=tsx", "--input-type=module"];
  const args = [...node, "--eval", verbSource];
  const env = { PATH: process.env["PATH"], FOLDER: folder, TMPDIR: tmpdir(), PGPORT: "1" };
  const stdio = ["pipe", "pipe", "inherit"] as ["pipe", "pipe", "inherit"];
  return spawn("env", args, { cwd: projectRoot, env, stdio, ...ids });
}

/** A process that has opened `folder`, as a verb of the command line does. */
async function startVerb(t: Test, folder: string, ids = {}): Promise<Verb> {
  const child = spawnVerb(folder, ids);
  t.teardown(() => child.kill("SIGKILL"));
  if (child.stdout === null) throw new Error("no output");
  for await (const line of createInterface(child.stdout)) {
    const told = JSON.parse(line) as { notice?: string; refused?: string };
    if (told.refused !== undefined) throw Object.assign(new Error(line), { code: told.refused });
    if (told.notice !== undefined) continue;
    const leave = async (): Promise<void> => {
      const exit = once(child, "exit");
      child.stdin?.end();
      await exit;
    };
    return { child, ...(told as { connectionString: string; started: boolean }), leave };
  }
  throw new Error("the verb ended without a word");
}

async function ordinaryUsersCanRead(): Promise<boolean> {
  return run("test", ["-r", join(projectRoot, "package.json")], nobody).then(
    () => true,
    () => false,
  );
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

test("several processes share one server", async (t) => {
  const folder = join(await scratch(t), "data");
  const five = Array.from({ length: 5 }, () => startVerb(t, folder));
  const verbs = await Promise.all(five);
  t.equal(verbs.filter((verb) => verb.started).length, 1, "one of five at once starts it");
  t.equal(new Set(verbs.map((verb) => verb.connectionString)).size, 1);
  t.equal(await runningServer(folder), verbs[0]?.connectionString, "and it can be found");

  const { connectionString } = verbs[0] as Verb;
  for (const verb of verbs) {
    t.equal(await ask(connectionString, "SELECT 1 AS answer"), 1, "it runs while one is left");
    await verb.leave();
  }
  t.equal(await runningServer(folder), null, "and stops with the last");
  t.equal(await serverPid(folder), null);
  t.strictSame((await readdir(folder)).sort(), [
    ".starting",
    "postgres",
    "postgres.log",
    "sunshine.json",
  ]);
});

test("opening and leaving at the same time", async (t) => {
  const folder = await madeFolder(t);
  const once = async (): Promise<unknown> => {
    const server = await openEmbedded(folder);
    const answer = await ask(server.connectionString, "SELECT 1 AS answer");
    await server.release();
    return answer;
  };
  const many = async (): Promise<unknown[]> => {
    const answers: unknown[] = [];
    for (let count = 0; count < 6; count += 1) answers.push(await once());
    return answers;
  };
  const answers = (await Promise.all([many(), many(), many()])).flat();
  t.strictSame(new Set(answers), new Set([1]), "never finds a server that is gone");
  t.equal(await runningServer(folder), null);
});

test("what was recorded survives", async (t) => {
  const folder = await madeFolder(t);
  const count = "SELECT count(*)::int AS answer FROM kept";

  const first = await startVerb(t, folder);
  await ask(first.connectionString, "CREATE TABLE kept AS SELECT generate_series(1, 1000)");
  await kill(first.child);
  t.equal(await runningServer(folder), first.connectionString, "a killed user leaves an orphan");
  const second = await startVerb(t, folder);
  t.equal(second.started, false, "which the next takes over");
  await second.leave();
  t.equal(await runningServer(folder), null, "and stops when it leaves");

  const third = await startVerb(t, folder);
  t.equal(third.started, true);
  await ask(third.connectionString, "INSERT INTO kept SELECT generate_series(1, 500)");
  await kill(third.child);
  process.kill((await serverPid(folder)) ?? 0, "SIGKILL");
  const fourth = await startVerb(t, folder);
  t.equal(fourth.started, true, "a killed server is started anew");
  t.equal(await ask(fourth.connectionString, count), 1500);

  process.kill((await serverPid(folder)) ?? 0, "SIGKILL");
  const again = async (): Promise<unknown> => {
    for (;;) {
      const answer = await ask(fourth.connectionString, count).catch(() => null);
      if (answer !== null) return answer;
      await sleep(50);
    }
  };
  t.equal(await again(), 1500, "also under those who use it, at the same address");
  await fourth.leave();
  t.equal(await runningServer(folder), null, "and they are its users again");
});

test("a process file that names another process by now", async (t) => {
  const folder = await madeFolder(t);
  const { uid, gid } = await stat(join(folder, "postgres"));
  const other = spawn("sleep", ["60"], { uid, gid, cwd: "/" });
  t.teardown(() => other.kill());
  const lines = [other.pid, "/proc/self/cwd", 1, 5432, ".", "", "1 1", "ready", ""].join("\n");
  await writeFile(join(folder, postmaster), lines);
  await chown(join(folder, postmaster), uid, gid);
  await writeFile(join(folder, ".starting", `${String(other.pid)}-12345-0badf00d.1`), "");

  t.equal(await runningServer(folder), null);
  const server = await openEmbedded(folder);
  t.equal(await ask(server.connectionString, "SELECT 1 AS answer"), 1, "is not believed");
  await server.release();
  t.equal(other.exitCode, null, "nor is that process touched");
});

test("a first start that is killed", async (t) => {
  const folder = join(await scratch(t), "data");
  const child = spawnVerb(folder);
  if (child.stdout === null) throw new Error("no output");
  await once(child.stdout, "data");
  await sleep(200);
  await kill(child);
  const server = await openEmbedded(folder);
  t.equal(await ask(server.connectionString, "SELECT 1 AS answer"), 1, "is begun again");
  await server.release();
  await (await openEmbedded(folder)).release();
  t.notOk(
    (await readdir(folder)).some((name) => name.includes("new")),
    "and leaves nothing",
  );
});

test("folders that are refused", async (t) => {
  const parent = await scratch(t);
  const refused = async (name: string, code: string, files: Record<string, string>) => {
    const folder = join(parent, name);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const before = await readdir(folder, { recursive: true });
    await t.rejects(openEmbedded(folder), { name: "DatabaseFolderError", code }, name);
    const after = (await readdir(folder, { recursive: true })).filter(
      (path) => path !== ".starting",
    );
    t.strictSame(after.sort(), before.sort(), "and left as they were");
  };
  const marker = { "sunshine.json": '{"format":1}' };
  await refused("foreign", "ForeignFolder", { "letter.txt": "dear" });
  await refused("later", "VersionMismatch", { "sunshine.json": '{"format":2}' });
  await refused("older", "VersionMismatch", { ...marker, "postgres/PG_VERSION": "17\n" });
  await refused("damaged", "Incomplete", { ...marker, "postgres/base/1": "" });
  await t.rejects(openEmbedded(join(parent, "foreign/letter.txt")), { code: "NotWritable" });
  t.equal(await runningServer(join(parent, "absent")), null);
  t.equal(await runningServer(join(parent, "foreign")), null);
});

test("a server that does not start says why", async (t) => {
  const folder = await madeFolder(t);
  await appendFile(join(folder, "postgres/postgresql.conf"), "no_such = setting\n");
  const message = /does not start; .*postgres\.log ends: .*no_such/;
  await t.rejects(openEmbedded(folder), { code: "StartFailed", message });
});

test("a copy that is not whole", async (t) => {
  for (const lost of ["global/pg_control", "pg_wal", "pg_xact", "postgresql.conf", "PG_VERSION"]) {
    const folder = await madeFolder(t);
    await rm(join(folder, "postgres", lost), { recursive: true });
    await rm(join(folder, "postgres/pg_notify"), { recursive: true });
    await chmod(join(folder, "postgres"), 0o755);
    const message = new RegExp(`not whole: copy it again .*; it lacks ${lost}`);
    await t.rejects(openEmbedded(folder), { code: "Incomplete", message });
    t.notOk((await readdir(join(folder, "postgres"))).includes("pg_notify"), "stays as it is");
    t.equal((await stat(join(folder, "postgres"))).mode & 0o777, 0o755);
  }
  for (const lost of ["pg_wal/0*", "pg_xact/0000"]) {
    const folder = await madeFolder(t);
    await run("sh", ["-c", `rm "$0"/postgres/${lost}`, folder]);
    const message = /not whole: copy it again .*postgres\.log ends: /;
    await t.rejects(openEmbedded(folder), { code: "Incomplete", message });
  }
});

test("what a copy or an archive does to a database is mended", async (t) => {
  const each = (type: string, mode: string) =>
    `find "$0"/postgres -mindepth 1 -type ${type} -exec chmod ${mode} {} +`;
  const cases = {
    "modes of a copy": `${each("d", "755")}; ${each("f", "644")}; chmod 755 "$0"/postgres`,
    "modes of an archive": `${each("f", "400")}; ${each("d", "600")}; chmod 500 "$0"/postgres`,
    "no modes at all": `${each("f", "000")}; chmod 000 "$0"/postgres`,
    "no empty folders": `find "$0"/postgres -type d -empty -delete`,
    "a socket that is a file": `cd "$0"; cp -a postgres/PG_VERSION postgres/.s.PGSQL.5432`,
  };
  for (const [what, command] of Object.entries(cases)) {
    const folder = await madeFolder(t);
    await run("sh", ["-c", command, folder]);
    const notices: string[] = [];
    const server = await openEmbedded(folder, { onNotice: (line) => notices.push(line) });
    t.equal(await ask(server.connectionString, "SELECT 1 AS answer"), 1, what);
    await server.release();
    t.equal((await stat(join(folder, "postgres"))).mode & 0o777, 0o700);
    // On a machine with much to do, a notice that the server is still starting may stand beside it.
    const mendings = (): number => notices.filter((line) => line.startsWith("mending ")).length;
    if (!what.includes("socket")) t.equal(mendings(), 1, `${what}: said`);
    const said = mendings();
    const again = await openEmbedded(folder, { onNotice: (line) => notices.push(line) });
    await again.release();
    t.equal(mendings(), said, "once");
  }
});

test("a copy of a folder in use", async (t) => {
  const folder = await madeFolder(t);
  const first = await openEmbedded(folder);
  await ask(first.connectionString, "CREATE TABLE kept AS SELECT 1 AS one");
  await ask(first.connectionString, "CHECKPOINT");
  // The claim of a process that lives, and had it when the folder was copied.
  const identity = (await processIdentity(process.pid)) ?? "";
  const { ino } = await stat(join(folder, ".starting"));
  await writeFile(join(folder, ".starting", `${identity}.9999`), String(ino));
  const copy = join(dirname(folder), "copy");
  await run("cp", ["-a", folder, copy]);
  t.ok((await readdir(join(copy, "postgres"))).includes("postmaster.pid"));
  const second = await openEmbedded(copy);
  t.ok(second.started, "has a server of its own");
  t.not(second.connectionString, first.connectionString);
  t.equal(await ask(second.connectionString, "SELECT one AS answer FROM kept"), 1);
  await ask(second.connectionString, "DROP TABLE kept");
  t.equal(await ask(first.connectionString, "SELECT one AS answer FROM kept"), 1, "apart");
  await second.release();
  await first.release();
});

test("a folder by another name", async (t) => {
  const folder = await madeFolder(t);
  const odd = join(dirname(folder), "村's 集体 %20 ");
  await rename(folder, odd);
  const link = join(dirname(folder), "link");
  await symlink(odd, link);
  await rename(join(odd, "postgres"), join(dirname(folder), "elsewhere"));
  await symlink("../elsewhere", join(odd, "postgres"));
  const server = await openEmbedded(link);
  t.equal(await ask(server.connectionString, "SELECT 1 AS answer"), 1);
  t.equal((await openAndLeave(odd)).started, false, "is the same folder");
  await server.release();
});

async function openAndLeave(folder: string) {
  const server = await openEmbedded(folder);
  await server.release();
  return server;
}

test("a copy of another owner", onlyRoot, async (t) => {
  const everything = async (folder: string) => {
    const listed = await run("find", [folder, "-printf", "%p %m %U %s\n"]);
    return listed.stdout.split("\n").filter((line) => !line.includes(".starting"));
  };
  const rootsOwn = await madeFolder(t);
  await run("chown", ["-R", "0:0", rootsOwn]);
  const half = await madeFolder(t);
  const { uid } = await stat(join(half, "postgres"));
  await run("sh", ["-c", `chown 0 "$0" "$0"/base "$0"/PG_VERSION`, join(half, "postgres")]);
  for (const folder of [rootsOwn, half]) {
    const server = await openEmbedded(folder);
    t.equal(await ask(server.connectionString, "SELECT 1 AS answer"), 1, "root's is given away");
    await server.release();
    t.equal((await stat(join(folder, "postgres/base"))).uid, uid);
  }
  const refused = async (folder: string, verb: () => Promise<unknown>, message: RegExp) => {
    const before = await everything(folder);
    await t.rejects(verb(), { code: "NotWritable", message });
    t.strictSame(await everything(folder), before, "and stays as it is");
  };
  const mixed = await madeFolder(t);
  await chown(join(mixed, "postgres/global/pg_control"), 0, 0);
  const take = new RegExp(`: chown -R ${String(uid)} \\S+/postgres"?`);
  await refused(mixed, () => openEmbedded(mixed), take);
  const inTheirs = await madeFolder(t);
  await run("chown", ["-R", "0:0", join(inTheirs, "postgres")]);
  await chown(inTheirs, nobody.uid, nobody.gid);
  await refused(inTheirs, () => openEmbedded(inTheirs), /: chown -R \d+ /);
  if (!(await ordinaryUsersCanRead())) return;
  const sudo = /sudo chown -R nobody \S+/;
  for (const change of ["chown -R 0:0", "chown -R 1:1", "chmod 755", "chmod 711"]) {
    const folder = await madeFolder(t);
    await chmod(dirname(folder), 0o755);
    await run("chown", ["-R", "65534:65534", folder]);
    const part = change.startsWith("chmod") ? "postgres/base" : ".";
    await run("sh", ["-c", `chown 0 "$0/${part}"; ${change} "$0"`, folder]);
    await refused(folder, () => startVerb(t, folder, nobody), sudo);
  }
  const closed = await madeFolder(t);
  await chmod(dirname(closed), 0o755);
  await run("chown", ["-R", "65534:65534", closed]);
  await run("chmod", ["-R", "a-w", closed]);
  await refused(closed, () => startVerb(t, closed, nobody), /chmod -R u\+rwX \S+/);
  await run("chmod", ["-R", "u+rwX", closed]);
  const verb = await startVerb(t, closed, nobody);
  t.ok(verb.started, "the command mends it");
  await verb.leave();
});

test("a folder on a disk that can only be read", onlyRoot, async (t) => {
  const folder = await madeFolder(t);
  const mount = `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"`;
  const mounted = await run("sh", ["-c", mount, folder]).then(
    () => true,
    () => false,
  );
  t.teardown(() => run("umount", ["--lazy", folder]).catch(() => undefined));
  if (!mounted) return t.plan(0, "file systems cannot be mounted here");
  const message = /on a disk that can only be read: copy the folder/;
  await t.rejects(openEmbedded(folder), { code: "NotWritable", message });
  await t.rejects(openEmbedded(join(folder, "new")), { code: "NotWritable" });
});

test("folders of others", onlyRoot, async (t) => {
  if (!(await ordinaryUsersCanRead()))
    return t.plan(0, "an ordinary user cannot read this checkout");
  const parent = await scratch(t);
  await chmod(parent, 0o755);
  const foreign = join(parent, "foreign");
  await mkdir(foreign);
  await writeFile(join(foreign, "letter.txt"), "dear");
  const said = async () => startVerb(t, foreign, nobody).catch((error: unknown) => String(error));
  t.match(await said(), /ForeignFolder/, "are not asked to be taken");
  t.notMatch(await said(), /chown/);
  await chmod(foreign, 0o700);
  t.match(await said(), /NotWritable.*if it is a data folder of the ledger: sudo chown -R/);
  await chmod(parent, 0o700);
  t.match(await said(), /NotWritable.*lies in a folder that is closed to us/);
});

test("a path too long for a socket", async (t) => {
  const folder = join(await scratch(t), "村".repeat(20), "集体".repeat(10), "data");
  const server = await openEmbedded(folder);
  t.equal(await ask(server.connectionString, "SELECT 1 AS answer"), 1, "is reached by a link");
  t.equal(await runningServer(folder), server.connectionString);
  await server.release();
  const link = new URL(server.connectionString).searchParams.get("host") ?? "";
  t.match(link, tmpdir());
  await rm(link);
});

test("nobody else can connect", async (t) => {
  const folder = await madeFolder(t);
  const server = await openEmbedded(folder);
  t.equal((await stat(join(folder, "postgres"))).mode & 0o777, 0o700);
  t.equal(await ask(server.connectionString, "SELECT inet_server_port() AS answer"), null);
  const show = (name: string) => `SELECT current_setting('${name}') AS answer`;
  t.equal(await ask(server.connectionString, show("listen_addresses")), "");
  t.equal(await ask(server.connectionString, show("fsync")), "on");
  t.equal(await ask(server.connectionString, show("synchronous_commit")), "on");
  await server.release();
});

test("as root, below folders that are root's alone", onlyRoot, async (t) => {
  const home = await scratch(t);
  await chmod(home, 0o700);
  const folder = join(home, "project", "data");
  const server = await openEmbedded(folder);
  t.equal(await ask(server.connectionString, "SELECT 1 AS answer"), 1, "the server runs");
  const uid = (await stat(join(folder, "postgres"))).uid;
  t.not(uid, 0, "as another user");
  t.equal((await stat(home)).mode & 0o777, 0o700, "who still cannot pass");
  await server.release();

  const native = join(home, "native");
  await cp(await installedBinaries(), native, { recursive: true, verbatimSymlinks: true });
  await writeFile(join(home, "package.json"), '{"version":"0"}');
  const owner = { name: "user nobody", ids: nobody };
  const shelf = join(tmpdir(), `sunshine-shelf-${String(process.pid)}`);
  t.teardown(() => rm(shelf, { recursive: true, force: true }));
  const notices: string[] = [];
  const copy = await binariesFor(owner, native, (line) => notices.push(line), shelf);
  const version = await run(join(copy, "bin/postgres"), ["--version"], { ...nobody, cwd: "/" });
  t.match(version.stdout, /^postgres \(PostgreSQL\) 18/, "binaries out of reach are copied");
  t.equal(await binariesFor(owner, native, (line) => notices.push(line), shelf), copy);
  t.match(notices, [/is copied to/], "once");
});

test("as an ordinary user", onlyRoot, async (t) => {
  if (!(await ordinaryUsersCanRead()))
    return t.plan(0, "an ordinary user cannot read this checkout");
  const parent = await scratch(t);
  await chown(parent, nobody.uid, nobody.gid);
  const folder = join(parent, "data");
  const verb = await startVerb(t, folder, nobody);
  t.equal((await stat(join(folder, "postgres"))).uid, nobody.uid, "the server is that user's");
  t.equal((await stat(folder)).mode & 0o777, 0o700, "and so is the folder, alone");
  await verb.leave();

  const server = await openEmbedded(folder);
  t.equal(await ask(server.connectionString, "SELECT 1 AS answer"), 1, "root may open it too");
  await server.release();
  const again = await startVerb(t, folder, nobody);
  t.equal(again.started, true, "and leaves it usable");
  await again.leave();

  const rootsOwn = join(await scratch(t), "data");
  await chmod(dirname(rootsOwn), 0o755);
  await (await openEmbedded(rootsOwn)).release();
  await t.rejects(startVerb(t, rootsOwn, nobody), { code: "NotWritable" }, "but root's is root's");
});

test("a full disk", onlyRoot, async (t) => {
  const folder = join(await scratch(t), "small");
  await mkdir(folder);
  const mount = ["-t", "tmpfs", "-o", "size=120m", "tmpfs", folder];
  const mounted = await run("mount", mount).then(
    () => true,
    () => false,
  );
  if (!mounted) return t.plan(0, "file systems cannot be mounted here");
  t.teardown(() => run("umount", ["--lazy", folder]));
  const refusal = { code: "DiskFull", message: /^the disk that holds .*small is full/ };
  const fill = () => run("dd", ["if=/dev/zero", `of=${filler}`, "bs=1M"]).catch(() => undefined);
  const filler = join(folder, "filler");

  await (await openEmbedded(folder)).release();
  await fill();
  await t.rejects(openEmbedded(folder), refusal, "is said plainly");
  await rm(filler);
  await (await openEmbedded(folder)).release();

  await rm(join(folder, "postgres"), { recursive: true });
  await writeFile(filler, Buffer.alloc(90 * 1024 * 1024));
  await t.rejects(openEmbedded(folder), refusal, "also when the database is first made");
});
