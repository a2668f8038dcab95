import type { Pool } from "pg";

/** The channels of PostgreSQL on which processes of a ledger notify each other of rows. */
export const channels = { commands: "forwarded_commands", answers: "forwarded_answers" } as const;
type Channel = (typeof channels)[keyof typeof channels];

/** One connection that listens for commands and answers; opened when first needed, and again. */
export interface ListeningSession {
  /** The server process of the session, and whether it is another than before. */
  open(): Promise<{ readonly pid: number; readonly isNew: boolean }>;
  /** Resolves when a notification has come since the last call, or after a while. */
  next(channel: Channel, ms: number): Promise<void>;
  /** Resolves what `next` waits for. */
  wake(): void;
  close(): void;
}

/** A session of its own out of the pool. */
export function listeningSession(pool: Pool, onError: (error: unknown) => void): ListeningSession {
  let opening: Promise<{ pid: number; end: () => void }> | undefined;
  const heard = new Set<string>();
  const wakers = new Set<() => void>();
  const wakeAll = (): void => {
    for (const wake of [...wakers]) wake();
  };
  const connect = async () => {
    const client = await pool.connect();
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      opening = undefined;
      // A listening connection is not returned to the pool: its next user would be notified too.
      client.release(true);
      wakeAll();
    };
    client.on("notification", ({ channel }) => {
      heard.add(channel);
      wakeAll();
    });
    client.on("error", (error) => {
      onError(error);
      end();
    });
    client.on("end", end);
    try {
      await client.query(`LISTEN ${channels.commands}; LISTEN ${channels.answers}`);
      const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      return { pid: rows[0]?.pid ?? 0, end };
    } catch (error) {
      end();
      throw error;
    }
  };
  return {
    open: async () => {
      const isNew = opening === undefined;
      opening ??= connect();
      try {
        return { pid: (await opening).pid, isNew };
      } catch (error) {
        opening = undefined;
        throw error;
      }
    },
    next: async (channel, ms) => {
      if (heard.delete(channel)) return;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          wakers.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        wakers.add(wake);
      });
      heard.delete(channel);
    },
    wake: wakeAll,
    close: () => {
      void opening?.then(({ end }) => end()).catch(() => undefined);
    },
  };
}
