import { setTimeout as sleep } from "node:timers/promises";
import type { AllStreamSubscription } from "@eventstore/db-client";
import { excludeSystemEvents, START } from "@eventstore/db-client";
import type { RecordedEvent } from "../event-log.ts";
import { LogUnavailable, readBytesMax } from "../event-log.ts";
import type { Claims } from "./claims.ts";
import type { Connection } from "./connection.ts";
import { isPassing, pauseMs } from "./availability.ts";
import type { ServerRecord } from "./records.ts";
import { toEvent, toRecord } from "./records.ts";

const batchMax = 2_000;
/** Errors that will probably come again are reported after so many in a row. */
const strangeErrorsMax = 5;

/**
 * Batches of valid events after a position, until the signal. A subscription that drops is opened
 * again after the last event that came, however long the server stays away.
 */
export async function* followAll(
  { client }: Connection,
  claims: Claims,
  after: bigint,
  signal: AbortSignal,
): AsyncGenerator<RecordedEvent[]> {
  let position = after;
  let failures = 0;
  let strange = 0;
  while (!signal.aborted) {
    const subscription = client.subscribeToAll(
      {
        fromPosition: position === 0n ? START : { commit: position, prepare: position },
        filter: excludeSystemEvents({ maxSearchWindow: 10_000 }),
      },
      { highWaterMark: batchMax },
    );
    const arrivals = batches(subscription, signal);
    try {
      for (let batch = await arrivals.next(); batch !== undefined; batch = await arrivals.next()) {
        const last = batch.at(-1) as ServerRecord;
        await claims.cover(last.position);
        position = last.position;
        [failures, strange] = [0, 0];
        const events = batch
          .filter((record) => record.claim !== undefined && !claims.isVoid(record))
          .map(toEvent);
        if (events.length > 0) yield events;
      }
    } catch (error) {
      failures += 1;
      // However long it was away before, it is asked again.
      const isAway = isPassing(error) || error instanceof LogUnavailable;
      strange = isAway ? 0 : strange + 1;
      if (strange > strangeErrorsMax) throw error;
      await sleep(pauseMs(failures), undefined, { signal }).catch(() => undefined);
    } finally {
      arrivals.end();
    }
  }
}

/** The events that have arrived each time it is asked; undefined after the signal. */
function batches(subscription: AllStreamSubscription, signal: AbortSignal) {
  let failure: Error | undefined;
  let ended = false;
  let wake: (() => void) | undefined;
  const stir = (): void => wake?.();
  const onError = (error: Error): void => {
    failure ??= error;
    stir();
  };
  const onEnd = (): void => onError(new Error("the subscription ended"));
  subscription.on("readable", stir);
  subscription.on("error", onError);
  subscription.on("end", onEnd);
  subscription.on("close", onEnd);
  signal.addEventListener("abort", stir);
  const take = (): ServerRecord[] => {
    const batch: ServerRecord[] = [];
    let bytes = 0;
    while (batch.length < batchMax && bytes < readBytesMax) {
      const arrived = subscription.read() as {
        readonly event?: Parameters<typeof toRecord>[0];
      } | null;
      if (arrived === null) break;
      const { event } = arrived;
      if (event === undefined) continue;
      const record = toRecord(event, event.position.commit);
      bytes += record.body.length;
      batch.push(record);
    }
    return batch;
  };
  return {
    next: async (): Promise<ServerRecord[] | undefined> => {
      for (;;) {
        if (signal.aborted) return undefined;
        const batch = take();
        if (batch.length > 0) return batch;
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    end: (): void => {
      if (ended) return;
      ended = true;
      signal.removeEventListener("abort", stir);
      // The client rejects here what it could not open.
      void subscription.unsubscribe().catch(() => undefined);
    },
  };
}
