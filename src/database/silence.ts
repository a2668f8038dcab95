import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type pg from "pg";

/** How often it is looked whether connections have moved, in a time of silence. */
const looks = 12;

/** Clients that do work of which nothing may be heard for long. */
const patient = new WeakSet<object>();

/** Lets a connection be silent as long as it likes. */
export function mayBeSilent(client: pg.PoolClient): void {
  patient.add(client);
}

type Counted = Duplex & Pick<Socket, "bytesRead" | "bytesWritten">;

interface Watched {
  readonly client: pg.PoolClient;
  /** Bytes that have come and gone, when it was last looked. */
  moved: number;
  /** How many looks in a row nothing had moved. */
  still: number;
}

/**
 * Ends connections of a pool on which an answer is due and neither a byte has come nor one has gone
 * for so long: their server is stopped, or lost without a word. The system itself would wait for a
 * quarter of an hour. Queries under way then fail with `ETIMEDOUT`.
 *
 * It is counted in looks, not in time: a process that was stopped itself looks once when it wakes.
 */
export function endSilent(pool: pg.Pool, silenceMaxMs: number): void {
  const connected = new Map<pg.PoolClient, Watched>();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    for (const watched of connected.values()) {
      if (stillAfter(watched) < looks) continue;
      watched.still = 0;
      watched.client.connection.stream.destroy(silent());
    }
  };
  if (silenceMaxMs === Infinity) return;
  pool.on("connect", (client) => {
    connected.set(client, { client, moved: 0, still: 0 });
    timer ??= setInterval(look, silenceMaxMs / looks).unref();
  });
  pool.on("remove", (client) => {
    connected.delete(client);
    if (connected.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
}

/** Looks at a connection; how many looks in a row nothing has moved where an answer is due. */
function stillAfter(watched: Watched): number {
  const { client } = watched;
  // Over TLS, too, it counts as a socket does.
  const { bytesRead, bytesWritten, writableLength } = client.connection.stream as Counted;
  const moved = bytesRead + bytesWritten - writableLength;
  const isStill = moved === watched.moved && isDue(client) && !patient.has(client);
  watched.moved = moved;
  watched.still = isStill ? watched.still + 1 : 0;
  return watched.still;
}

/** Whether the server owes an answer; pg's types do not tell of it. */
function isDue(client: pg.PoolClient): boolean {
  return (client as unknown as { readonly readyForQuery: boolean | null }).readyForQuery === false;
}

function silent(): Error {
  return Object.assign(new Error("the database does not answer"), { code: "ETIMEDOUT" });
}
