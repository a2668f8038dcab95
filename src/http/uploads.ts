import { createHash, randomUUID } from "node:crypto";
import type { Dirent } from "node:fs";
import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isNoRoom, NoRoom } from "../exchange/no-room.ts";
import type { RejectedFile } from "../exchange/rejected-rows.ts";
import { systemCode } from "../exchange/text-encoding.ts";
import { HttpProblem } from "./problem.ts";

const prefix = "sunshine-upload-";
const abandonedMs = 24 * 3_600_000;
const rejectedKeptMs = 3_600_000;
const rejectedMax = 20;

/** An uploaded file in a folder of its own that nobody else can look into. */
export interface Upload {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of its bytes, hex. */
  readonly hash: string;
}

/** Where uploads lie while they are imported, and rejected rows for an hour. */
export interface Uploads {
  /** Writes a stream to a file; who has it releases it. */
  save(stream: Readable, bytesMax: number): Promise<Upload>;
  /** Removes an upload, but not rejected rows beside it that are kept. */
  release(upload: Upload): Promise<void>;
  /** Keeps the rejected rows that lie beside an upload and returns their id. */
  keepRejected(rejected: RejectedFile): string;
  /** Kept rejected rows; undefined when there are none any more. */
  rejected(id: string): RejectedFile | undefined;
  /** Removes everything. */
  close(): Promise<void>;
}

/** Uploads in a folder for temporary files; what a killed process left there is removed. */
export async function openUploads(): Promise<Uploads> {
  await removeAbandoned();
  const folders = new Set<string>();
  const kept = new Map<string, { file: RejectedFile; until: number }>();
  const remove = async (folder: string): Promise<void> => {
    folders.delete(folder);
    await rm(folder, { recursive: true, force: true });
  };
  const forget = (id: string): void => {
    const { file } = kept.get(id) ?? {};
    kept.delete(id);
    if (file !== undefined) void remove(dirname(file.path)).catch(() => undefined);
  };
  const sweep = (): void => {
    for (const [id, { until }] of kept) {
      if (until < Date.now() || kept.size > rejectedMax) forget(id);
    }
  };
  const timer = setInterval(sweep, 60_000);
  timer.unref();
  return {
    save: async (stream, bytesMax) => {
      const folder = await mkdtemp(join(tmpdir(), prefix)).catch(orNoRoom);
      folders.add(folder);
      const path = join(folder, "upload");
      try {
        return { path, ...(await save(stream, path, bytesMax)) };
      } catch (error) {
        await remove(folder);
        throw error;
      }
    },
    release: async ({ path }) => {
      const folder = dirname(path);
      const isKept = [...kept.values()].some(({ file }) => dirname(file.path) === folder);
      await (isKept ? rm(path, { force: true }) : remove(folder));
    },
    keepRejected: (file) => {
      const id = randomUUID();
      kept.set(id, { file, until: Date.now() + rejectedKeptMs });
      sweep();
      return id;
    },
    rejected: (id) => {
      const found = kept.get(id);
      return found !== undefined && found.until >= Date.now() ? found.file : undefined;
    },
    close: async () => {
      clearInterval(timer);
      await Promise.all([...folders].map(remove));
    },
  };
}

/** Writes a stream to a new file of mode 600. */
async function save(
  stream: Readable,
  path: string,
  bytesMax: number,
): Promise<Pick<Upload, "bytes" | "hash">> {
  const hash = createHash("sha256");
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes <= bytesMax) done(null, chunk);
      else done(new HttpProblem("TooLarge", `more than ${bytesMax} bytes of files`));
    },
  });
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  await pipeline(stream, counted, file).catch((error: unknown) => {
    const isOurs = /^E(NOSPC|DQUOT|IO|ACCES|MFILE|NFILE|ROFS|NOENT)$/.test(systemCode(error));
    if (isNoRoom(error)) throw new NoRoom({ cause: error });
    throw isOurs || error instanceof HttpProblem
      ? error
      : new HttpProblem("MalformedRequest", "the file did not arrive whole");
  });
  return { bytes, hash: hash.digest("hex") };
}

function orNoRoom(error: unknown): never {
  throw isNoRoom(error) ? new NoRoom({ cause: error }) : error;
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
