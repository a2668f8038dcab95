// What goes wrong while a service is at work, one thing at a time.
import { execFile } from "node:child_process";
import { readFile, rm, statfs } from "node:fs/promises";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { runningServer } from "../../src/database/embedded.ts";
import type { KeptService } from "./service.ts";

const run = promisify(execFile);

/** Something that goes wrong, for so many seconds; `begin` answers what ends it. */
export interface Fault {
  readonly name: string;
  readonly seconds: number;
  begin(): Promise<() => Promise<void>>;
}

/** The faults that can be made here: a full disk only where the data lie on a disk of their own. */
export function faultsOf(service: KeptService, dataDir: string, hasOwnDisk: boolean): Fault[] {
  const nothing = (): Promise<void> => Promise.resolve();
  const faults: Fault[] = [
    {
      name: "the service is killed",
      seconds: 5,
      begin: () => {
        service.kill();
        return Promise.resolve(nothing);
      },
    },
    {
      name: "PostgreSQL is killed",
      seconds: 10,
      begin: async () => {
        process.kill(await postmaster(dataDir), "SIGKILL");
        return nothing;
      },
    },
    { name: "PostgreSQL is stopped", seconds: 15, begin: () => stopped(dataDir) },
    { name: "the log is locked", seconds: 15, begin: () => locked(dataDir, "public") },
    { name: "the read models are locked", seconds: 15, begin: () => locked(dataDir, "read") },
    {
      name: "callers are slow",
      seconds: 20,
      begin: () => Promise.resolve(slowCallers(service.url)),
    },
  ];
  if (!hasOwnDisk) return faults;
  return [...faults, { name: "the disk is full", seconds: 10, begin: () => full(dataDir) }];
}

async function postmaster(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8");
  return Number.parseInt(text, 10);
}

async function stopped(dataDir: string): Promise<() => Promise<void>> {
  const server = await postmaster(dataDir);
  const { stdout } = await run("pgrep", ["-P", String(server)]).catch(() => ({ stdout: "" }));
  const processes = [server, ...stdout.split("\n").filter(Boolean).map(Number)];
  const signal = (name: NodeJS.Signals): void => {
    for (const one of processes) {
      try {
        process.kill(one, name);
      } catch {
        // It has ended by itself.
      }
    }
  };
  signal("SIGSTOP");
  return () => {
    signal("SIGCONT");
    return Promise.resolve();
  };
}

async function locked(dataDir: string, schema: string): Promise<() => Promise<void>> {
  const connectionString = await runningServer(dataDir);
  if (connectionString === null) throw new Error("the database does not run");
  const client = new pg.Client({ connectionString });
  client.on("error", () => undefined);
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1",
    [schema],
  );
  const names = rows.map(({ name }) => name).join(", ");
  await client.query(`BEGIN; SET LOCAL lock_timeout = '10s'; LOCK TABLE ${names}`);
  return () => client.end();
}

/** Takes all room of the disk, to the last page. */
async function full(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, "..", "filler");
  const { bavail, bsize } = await statfs(dataDir);
  await run("fallocate", ["-l", String(bavail * bsize), path]).catch(() => undefined);
  const left = join(dataDir, "..", "filler-left");
  await run("dd", ["if=/dev/zero", `of=${left}`, "bs=4k"]).catch(() => undefined);
  return async () => {
    await rm(path, { force: true });
    await rm(left, { force: true });
  };
}

const slowMax = 30;
const trickleMs = 1_000;

/** Uploads, bodies and heads that trickle, and readers that do not read; who is cut comes again. */
function slowCallers(url: string): () => Promise<void> {
  const { hostname, port, host } = new URL(url);
  const opened = new Set<Socket>();
  let isEnded = false;
  const open = (first: string, trickle: string): void => {
    if (isEnded) return;
    const socket = connect({ host: hostname, port: Number(port) });
    opened.add(socket);
    socket.pause();
    socket.write(first);
    const timer = setInterval(() => socket.write(trickle), trickleMs);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(timer);
      opened.delete(socket);
      setTimeout(() => {
        open(first, trickle);
      }, trickleMs);
    });
  };
  const head = (method: string, path: string, type: string, bytes: number): string =>
    `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${type}\r\n` +
    `Content-Length: ${bytes}\r\n\r\n`;
  const upload = head("POST", "/v1/imports/movements", "text/csv", 1_000_000);
  const command = head("POST", "/v1/movements", "application/json", 1_000);
  const list = `GET /v1/households?limit=1000 HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  for (let i = 0; i < slowMax; i++) {
    open(upload, "x");
    open(command, " ");
    open("GET / HTTP/1.1\r\n", "X-A: b\r\n");
    open(list.repeat(20), "");
  }
  return () => {
    isEnded = true;
    for (const socket of opened) socket.destroy();
    return Promise.resolve();
  };
}
