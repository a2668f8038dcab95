import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Semaphore, withTimeout } from "async-mutex";
import { isNoRoom, NoRoom } from "../exchange/no-room.ts";
import type { RejectedFile } from "../exchange/rejected-rows.ts";
import { systemCode } from "../exchange/text-encoding.ts";
import type { Limits } from "./limits.ts";
import { ownFolder } from "./own-folder.ts";
import { HttpProblem } from "./problem.ts";

const rejectedKeptMs = 3_600_000;
/** Files that are written at once as answers, and how long the next one waits. */
const writingMax = 4;
const writingWaitMs = 20_000;

/** An uploaded file in a folder of its own that nobody else can look into. */
export interface Upload {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of its bytes, hex. */
  readonly hash: string;
}

/** A file as an answer. */
export interface FileAnswer {
  readonly stream: Readable;
  readonly bytes: number;
}

/** Where uploads lie while they are imported, and rejected rows for an hour. */
export interface Uploads {
  /**
   * Writes a stream to a file; who has it releases it. Throws `TooManyImports` where there is no
   * room for more.
   */
  save(stream: Readable, bytesMax: number): Promise<Upload>;
  /** Removes an upload, but not rejected rows beside it that are kept. */
  release(upload: Upload): Promise<void>;
  /**
   * Keeps the rejected rows that lie beside an upload for an hour and returns their id; undefined
   * where too many are kept already: those of others are never given up for them.
   */
  keepRejected(rejected: RejectedFile): Promise<string | undefined>;
  /**
   * Has a file written that is an answer, whole, under a name of its own, and answers its bytes as
   * a stream; nothing of it is left in the folder. Throws `TooManyImports` where there is no room.
   */
  answer(name: string, write: (path: string) => Promise<void>): Promise<FileAnswer>;
  /** Kept rejected rows; undefined when there are none any more. */
  rejected(id: string): RejectedFile | undefined;
  /** Removes everything. */
  close(): Promise<void>;
}

/** How much of them there may be. */
export type UploadLimits = Pick<Limits, "rejectedBytesMax" | "rejectedMax" | "uploadsBytesMax">;

/** Rejected rows that are kept. */
interface Kept {
  readonly file: RejectedFile;
  readonly bytes: number;
  readonly until: number;
}

/** Uploads under a data folder; what a killed process left there is removed. */
export async function openUploads(dataDir: string, limits: UploadLimits): Promise<Uploads> {
  const own = await ownFolder(join(dataDir, "uploads"));
  const folders = new Set<string>();
  const kept = new Map<string, Kept>();
  const room = roomFor(limits.uploadsBytesMax);
  const writing = withTimeout(new Semaphore(writingMax), writingWaitMs, tooMuchToWrite);
  let keptBytes = 0;
  const remove = async (folder: string): Promise<void> => {
    folders.delete(folder);
    await rm(folder, { recursive: true, force: true });
  };
  const forget = (id: string): void => {
    const one = kept.get(id);
    if (one === undefined) return;
    kept.delete(id);
    keptBytes -= one.bytes;
    void remove(dirname(one.file.path)).catch(() => undefined);
  };
  const sweep = (): void => {
    for (const [id, { until }] of kept) if (until < Date.now()) forget(id);
  };
  const timer = setInterval(sweep, 60_000);
  timer.unref();
  return {
    save: async (stream, bytesMax) => {
      const folder = await own.make().catch(orNoRoom);
      folders.add(folder);
      const path = join(folder, "upload");
      try {
        return { path, ...(await save(stream, path, bytesMax, room)) };
      } catch (error) {
        await remove(folder);
        throw error;
      }
    },
    release: async ({ path, bytes }) => {
      room.give(bytes);
      const folder = dirname(path);
      const isKept = [...kept.values()].some(({ file }) => dirname(file.path) === folder);
      await (isKept ? rm(path, { force: true }) : remove(folder));
    },
    keepRejected: async (file) => {
      sweep();
      const { size: bytes } = await stat(file.path);
      const fits = keptBytes + bytes <= limits.rejectedBytesMax && kept.size < limits.rejectedMax;
      if (!fits) return undefined;
      const id = randomUUID();
      kept.set(id, { file, bytes, until: Date.now() + rejectedKeptMs });
      keptBytes += bytes;
      return id;
    },
    answer: (name, write) =>
      writing.runExclusive(async () => {
        const folder = await own.make().catch(orNoRoom);
        folders.add(folder);
        return written(join(folder, name), write, room).finally(() => remove(folder));
      }),
    rejected: (id) => {
      const found = kept.get(id);
      return found !== undefined && found.until >= Date.now() ? found.file : undefined;
    },
    close: async () => {
      clearInterval(timer);
      await Promise.all([...folders].map(remove));
      await own.close();
    },
  };
}

/** The bytes of a file that is written; they count until they are read or given up. */
async function written(
  path: string,
  write: (path: string) => Promise<void>,
  room: Room,
): Promise<FileAnswer> {
  await write(path).catch(orNoRoom);
  // What is open is read to its end, whatever becomes of its name.
  const file = await open(path, "r");
  const { size: bytes } = await file.stat();
  if (!room.take(bytes)) {
    await file.close();
    throw new HttpProblem("TooManyImports", noRoom, { retryAfter: 10 });
  }
  const stream = file.createReadStream();
  stream.once("close", () => {
    room.give(bytes);
  });
  return { stream, bytes };
}

const noRoom = "the files of others take all the room there is; try again later";

const tooMuchToWrite = new HttpProblem("Overloaded", "too many files are being written", {
  retryAfter: 5,
});

/** Bytes that may lie on disk. */
interface Room {
  /** Whether there was room for so many more. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

function roomFor(bytesMax: number): Room {
  let taken = 0;
  return {
    take: (bytes) => {
      if (taken + bytes > bytesMax) return false;
      taken += bytes;
      return true;
    },
    give: (bytes) => {
      taken -= bytes;
    },
  };
}

/** Writes a stream to a new file of mode 600. */
async function save(
  stream: Readable,
  path: string,
  bytesMax: number,
  room: Room,
): Promise<Pick<Upload, "bytes" | "hash">> {
  const hash = createHash("sha256");
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (bytes + chunk.length > bytesMax) {
        done(new HttpProblem("TooLarge", `more than ${bytesMax} bytes of files`));
      } else if (!room.take(chunk.length)) {
        done(new HttpProblem("TooManyImports", noRoom, { retryAfter: 10 }));
      } else {
        bytes += chunk.length;
        hash.update(chunk);
        done(null, chunk);
      }
    },
  });
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  await pipeline(stream, counted, file).catch((error: unknown) => {
    room.give(bytes);
    const isOurs = /^E(NOSPC|DQUOT|IO|ACCES|MFILE|NFILE|ROFS|NOENT)$/.test(systemCode(error));
    if (isNoRoom(error)) throw new NoRoom("UploadFolderFull", { cause: error });
    throw isOurs || error instanceof HttpProblem
      ? error
      : new HttpProblem("MalformedRequest", "the file did not arrive whole");
  });
  return { bytes, hash: hash.digest("hex") };
}

function orNoRoom(error: unknown): never {
  throw isNoRoom(error) ? new NoRoom("UploadFolderFull", { cause: error }) : error;
}
