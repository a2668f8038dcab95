import type { Client, Pool } from "pg";
import { claimLock } from "../database/locks.ts";
import { ownConnection } from "../database/own-connection.ts";

/** What claims of this process are made under: others see by its lock that somebody works on it. */
export interface ClaimSession {
  readonly number: number;
}

/** The sessions of one process. */
export interface ClaimSessions {
  /** The session for a claim, whose lock is held until `leave` and longer. */
  enter(): Promise<ClaimSession>;
  /** The claim is settled, or cannot be: then all that is left of its session ends with it. */
  leave(session: ClaimSession, isSettled: boolean): void;
  /** Gives up all locks. */
  close(): Promise<void>;
}

interface OwnSession extends ClaimSession {
  underWay: number;
}

const reconnectMs = 300;

/**
 * Sessions over a connection of their own. It is made for the first claim. Lost while claims are
 * under way it is made again, with the same locks: to others these claims look dead for less time
 * than they doubt them. A session whose claim could not be settled gets no more claims, and ends
 * with those under way, which frees what it left.
 */
export function claimSessions(pool: Pool): ClaimSessions {
  const held = new Set<OwnSession>();
  let current: OwnSession | undefined;
  let starting: Promise<OwnSession> | undefined;
  const connection = lockingConnection(pool, held, () => {
    if (current !== undefined && !held.has(current)) current = undefined;
  });
  const start = async (): Promise<OwnSession> => {
    const session = { number: await connection.lockNext(), underWay: 0 };
    held.add(session);
    current = session;
    return session;
  };
  return {
    enter: async () => {
      const session =
        current ?? (await (starting ??= start().finally(() => (starting = undefined))));
      session.underWay += 1;
      return session;
    },
    leave: (claimed, isSettled) => {
      const session = claimed as OwnSession;
      session.underWay -= 1;
      if (!isSettled && current === session) current = undefined;
      if (session === current || session.underWay > 0) return;
      if (held.delete(session)) connection.unlock(session.number);
    },
    close: () => connection.close(),
  };
}

interface LockingConnection {
  /** Takes the lock of a new session and answers its number. */
  lockNext(): Promise<number>;
  unlock(number: number): void;
  close(): Promise<void>;
}

/** Holds the locks of sessions; where it is lost, those of sessions without claims end with it. */
function lockingConnection(
  pool: Pool,
  held: Set<OwnSession>,
  onLost: () => void,
): LockingConnection {
  let client: Client | undefined;
  let connecting: Promise<Client> | undefined;
  let isClosed = false;
  const connect = async (): Promise<Client> => {
    const made = await ownConnection(pool, lost);
    try {
      for (const { number } of held) {
        await made.query(`SELECT pg_advisory_lock(${claimLock})`, [number]);
      }
    } catch (error) {
      await made.end().catch(() => undefined);
      throw error;
    }
    return (client = made);
  };
  const connected = async (): Promise<Client> =>
    client ?? (connecting ??= connect().finally(() => (connecting = undefined)));
  const reconnect = (): void => {
    if (isClosed || held.size === 0 || client !== undefined) return;
    connected().catch(() => setTimeout(reconnect, reconnectMs).unref());
  };
  const lost = (gone: Client): void => {
    if (gone !== client || isClosed) return;
    client = undefined;
    gone.end().catch(() => undefined);
    for (const session of held) if (session.underWay === 0) held.delete(session);
    onLost();
    reconnect();
  };
  return {
    lockNext: async () => {
      const on = await connected();
      const { rows } = await on.query<{ number: number }>(
        `SELECT number, pg_advisory_lock(${claimLock.replace("$1", "number")})
         FROM (SELECT nextval('claim_sessions')::integer AS number) AS next`,
      );
      if (on !== client || rows[0] === undefined) throw new Error("Connection terminated");
      return rows[0].number;
    },
    unlock: (number) => {
      client?.query(`SELECT pg_advisory_unlock(${claimLock})`, [number]).catch(() => undefined);
    },
    close: async () => {
      isClosed = true;
      await client?.end().catch(() => undefined);
    },
  };
}
