import { setTimeout as sleep } from "node:timers/promises";
import { AppendAmbiguous, LogDamaged, StreamRefused } from "../event-log.ts";
import { NoAnswer } from "./batches.ts";
import type { Connection } from "./connection.ts";
import { pauseMs } from "./availability.ts";
import { appendEncoder } from "./encode.ts";
import type { ServerRecord } from "./records.ts";
import { claimsStream, claimType } from "./records.ts";

const attemptsMax = 4;
const pageMax = 5_000;

/** All claims by position: an event under an older claim after a newer one is void. */
export interface Claims {
  /** Reads every claim taken before a position, which must have been read from the log. */
  cover(position: bigint): Promise<void>;
  /** Reads every claim taken by now. */
  refresh(): Promise<void>;
  /** Whether a record is void; its position must be covered. */
  isVoid(record: Pick<ServerRecord, "claim" | "position">): boolean;
  /** The newest claim that was read. */
  readonly newest: Taken | undefined;
  /**
   * Appends the next claim under a nonce of its holder's; returns its number once it is in the log.
   */
  raise(holder: string, nonce: string): Promise<number>;
}

/** A claim that stands in the log. */
export interface Taken {
  readonly number: number;
  readonly position: bigint;
  /** Who took it, for people. */
  readonly holder: string;
  /** By which its taker knows it again. */
  readonly nonce: string;
}

/** Whether a record counts; its position must be covered by the claims. */
export function isValid(claims: Pick<Claims, "isVoid">, record: ServerRecord): boolean {
  return record.claim !== undefined && !claims.isVoid(record);
}

/** The claims in one server. */
export function claimsOf(connection: Connection): Claims {
  const taken: Taken[] = [];
  let covered = 0n;
  let revision = -1;
  const refresh = async (): Promise<void> => {
    for (;;) {
      const page = await connection
        .readNamed(claimsStream, revision + 1, pageMax)
        .catch((error: unknown) => {
          throw error instanceof StreamRefused ? claimsMissing() : error;
        });
      for (const record of page) {
        if (record.revision <= revision) continue;
        if (record.revision > revision + 1) throw claimsMissing();
        revision = record.revision;
        // Only records with our metadata are claims.
        if (record.taken === undefined) continue;
        const highest = taken.at(-1)?.number ?? 0;
        if (record.taken > highest) {
          taken.push({ number: record.taken, position: record.position, ...saidIn(record) });
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
    refresh,
    isVoid: ({ claim, position }) => {
      if (claim === undefined) return false;
      // Whoever has recorded anything had taken a claim before.
      if (taken.length === 0) throw claimsMissing();
      // Mostly the newest claim came before.
      for (let i = taken.length - 1; i >= 0; i--) {
        const { number, position: since } = taken[i] as Taken;
        if (since < position) return claim !== number;
      }
      return true;
    },
    get newest() {
      return taken.at(-1);
    },
    raise: async (holder, nonce) => {
      await refresh();
      const number = (taken.at(-1)?.number ?? 0) + 1;
      await append(connection, revision, number, { holder, nonce });
      return number;
    },
  };
}

/** Says that the claims are gone. */
export function claimsMissing(): LogDamaged {
  return new LogDamaged(
    `the stream ${claimsStream} was deleted or cut, and with it the writer's claims, which say ` +
      "what in the log counts: set its metadata back before a scavenge removes it, or " +
      "restore the log",
  );
}

/** What a claim says of its taker; nothing of one that another program wrote. */
function saidIn({ body }: ServerRecord): Pick<Taken, "holder" | "nonce"> {
  try {
    const said = JSON.parse(body) as Partial<Taken> | null;
    const [holder, nonce] = [said?.holder, said?.nonce];
    if (typeof holder === "string" && typeof nonce === "string") return { holder, nonce };
  } catch {
    // It is none of ours.
  }
  return { holder: "another program", nonce: "" };
}

async function append(
  { batches, readNamed }: Connection,
  expected: number,
  number: number,
  { holder, nonce }: Pick<Taken, "holder" | "nonce">,
): Promise<void> {
  const encoder = appendEncoder(number, 1);
  encoder.add(claimType, (out) => {
    out.utf8(JSON.stringify({ claim: number, holder, nonce }));
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
