import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AppendAmbiguous } from "../event-log.ts";
import { NoAnswer } from "./batches.ts";
import type { Connection } from "./connection.ts";
import { pauseMs } from "./connection.ts";
import { appendEncoder } from "./encode.ts";
import type { ServerRecord } from "./records.ts";
import { claimsStream, claimType } from "./records.ts";

const attemptsMax = 8;
const pageMax = 5_000;

/** All claims by position: an event under an older claim after a newer one is void. */
export interface Claims {
  /** Reads every claim taken before a position, which must have been read from the log. */
  cover(position: bigint): Promise<void>;
  /** Whether a record is void; its position must be covered. */
  isVoid(record: ServerRecord): boolean;
  /** Appends the next claim; returns its number once it is in the log. */
  raise(holder: string): Promise<number>;
}

interface Taken {
  readonly number: number;
  readonly position: bigint;
}

/** The claims in one server. */
export function claimsOf(connection: Connection): Claims {
  const taken: Taken[] = [];
  let covered = 0n;
  let revision = -1;
  const refresh = async (): Promise<void> => {
    for (;;) {
      const page = await connection.readNamed(claimsStream, revision + 1, pageMax);
      for (const record of page) {
        if (record.revision <= revision) continue;
        revision = record.revision;
        // Only records with our metadata are claims.
        if (record.taken === undefined) continue;
        const highest = taken.at(-1)?.number ?? 0;
        if (record.taken > highest) {
          taken.push({ number: record.taken, position: record.position });
        }
      }
      if (page.length < pageMax) return;
    }
  };
  return {
    cover: async (position) => {
      if (position <= covered) return;
      await refresh();
      if (position > covered) covered = position;
    },
    isVoid: ({ claim, position }) => {
      if (claim === undefined) return false;
      // Mostly the newest claim came before.
      for (let i = taken.length - 1; i >= 0; i--) {
        const { number, position: since } = taken[i] as Taken;
        if (since < position) return claim !== number;
      }
      return true;
    },
    raise: async (holder) => {
      await refresh();
      const number = (taken.at(-1)?.number ?? 0) + 1;
      await append(connection, revision, number, holder);
      return number;
    },
  };
}

async function append(
  { batches, readNamed }: Connection,
  expected: number,
  number: number,
  holder: string,
): Promise<void> {
  const encoder = appendEncoder(number, 1);
  encoder.add(claimType, (out) => {
    out.utf8(JSON.stringify({ claim: number, holder, nonce: randomUUID() }));
  });
  const encoded = encoder.append([0], claimsStream, expected);
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    try {
      const answer = await batches.append(encoded);
      if (answer.appended) return;
      const [there] = await readNamed(claimsStream, expected + 1, 1);
      if (there?.id === encoded.ids[0]) return;
      throw new Error("another process took the writer's claim at the same moment");
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      await sleep(pauseMs(attempt));
    }
  }
  throw new AppendAmbiguous("the writer's claim may have been taken or not");
}
