import { createHash, randomUUID } from "node:crypto";
import type { Dirent } from "node:fs";
import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { systemCode } from "../exchange/text-encoding.ts";
import { HttpProblem } from "./problem.ts";

const prefix = "sunshine-upload-";
const abandonedMs = 24 * 3_600_000;
const rejectedKeptMs = 3_600_000;
const rejectedMax = 20;

/** An uploaded file in a folder of its own that nobody else can look into. */
export interface Upload {
  readonly path: string;
  /** Where its rejected rows go. */
  readonly rejectedPath: string;
  /** SHA-256 of its bytes, hex. */
  readonly hash: string;
}

/** Where uploads lie while they are imported, and rejected rows for an hour. */
export interface Uploads {
  /** Writes a stream to a file and works on it; the file is removed whatever happens. */
  receive<T>(stream: Readable, work: (upload: Upload) => Promise<T>): Promise<T>;
  /** Keeps the rejected rows of an upload and returns their id. */
  keepRejected(upload: Upload): string;
  /** The path of kept rejected rows; undefined when there are none any more. */
  rejected(id: string): string | undefined;
  /** Removes everything. */
  close(): Promise<void>;
}

/** Uploads in a folder for temporary files; what a killed process left there is removed. */
export async function openUploads(bytesMax: number): Promise<Uploads> {
  await removeAbandoned();
  const folders = new Set<string>();
  const kept = new Map<string, { folder: string; path: string; until: number }>();
  const remove = async (folder: string): Promise<void> => {
    folders.delete(folder);
    await rm(folder, { recursive: true, force: true });
  };
  const forget = (id: string): void => {
    const { folder } = kept.get(id) ?? {};
    kept.delete(id);
    if (folder !== undefined) void remove(folder).catch(() => undefined);
  };
  const sweep = (): void => {
    for (const [id, { until }] of kept) {
      if (until < Date.now() || kept.size > rejectedMax) forget(id);
    }
  };
  const timer = setInterval(sweep, 60_000);
  timer.unref();
  return {
    receive: async (stream, work) => {
      const folder = await mkdtemp(join(tmpdir(), prefix));
      folders.add(folder);
      try {
        const path = join(folder, "upload");
        const hash = await save(stream, path, bytesMax);
        return await work({ path, hash, rejectedPath: join(folder, "rejected.csv") });
      } finally {
        const isKept = [...kept.values()].some((one) => one.folder === folder);
        await (isKept ? rm(join(folder, "upload"), { force: true }) : remove(folder));
      }
    },
    keepRejected: ({ rejectedPath: path }) => {
      const id = randomUUID();
      kept.set(id, { folder: join(path, ".."), path, until: Date.now() + rejectedKeptMs });
      sweep();
      return id;
    },
    rejected: (id) => {
      const found = kept.get(id);
      return found !== undefined && found.until >= Date.now() ? found.path : undefined;
    },
    close: async () => {
      clearInterval(timer);
      await Promise.all([...folders].map(remove));
    },
  };
}

/** Writes a stream to a new file of mode 600; answers the SHA-256 of its bytes. */
async function save(stream: Readable, path: string, bytesMax: number): Promise<string> {
  const hash = createHash("sha256");
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes <= bytesMax) done(null, chunk);
      else done(new HttpProblem("TooLarge", `a file may have at most ${bytesMax} bytes`));
    },
  });
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  await pipeline(stream, counted, file).catch((error: unknown) => {
    const isOurs = /^E(NOSPC|DQUOT|IO|ACCES|MFILE|NFILE|ROFS|NOENT)$/.test(systemCode(error));
    throw isOurs || error instanceof HttpProblem
      ? error
      : new HttpProblem("MalformedRequest", "the file did not arrive whole");
  });
  return hash.digest("hex");
}

async function removeAbandoned(): Promise<void> {
  const entries = await readdir(tmpdir(), { withFileTypes: true }).catch((): Dirent[] => []);
  for (const entry of entries) {
    if (!entry.isDirectory() || !entry.name.startsWith(prefix)) continue;
    const folder = join(tmpdir(), entry.name);
    const changed = await stat(folder).catch(() => undefined);
    if (changed === undefined || Date.now() - changed.mtimeMs < abandonedMs) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
