import { randomUUID } from "node:crypto";
import type { EventStoreDBClient } from "@eventstore/db-client";
import { binaryEvent, NO_STREAM } from "@eventstore/db-client";
import { batchRows } from "../src/app/import.ts";
import type { EventLog, RecordedEvent } from "../src/log/event-log.ts";
import { connect } from "../src/log/eventstoredb/connection.ts";
import type { CountySize } from "./county.ts";
import { commandsOf, countyOf, inBatches, movementRows } from "./county.ts";
import type { BenchFigure } from "./figure.ts";
import { BenchUnavailable, figureOf, inTurns, secondsOf } from "./figure.ts";
import type { BenchContext } from "./ledger.ts";
import { handleAll, loadCounty, openBenchLedger } from "./ledger.ts";

const rounds = 3;
const streamsAtOnce = 32;

/** Movements a second into EventStoreDB, beside the same events through the bare client. */
export async function* appendEventStoreDb(context: BenchContext): AsyncGenerator<BenchFigure> {
  const { server } = context;
  const url = server.config.EVENTSTOREDB_URL;
  if (url === undefined) {
    throw new BenchUnavailable("append-eventstoredb wants a server: set EVENTSTOREDB_URL");
  }
  const bare = connect(url);
  const database = await server.createDatabase();
  try {
    if ((await bare.scan(0n, 1)).length > 0) {
      throw new BenchUnavailable(
        "append-eventstoredb wants an empty server; this one holds events",
      );
    }
    const ledger = await openBenchLedger(server, database, "eventstoredb");
    try {
      const size = countyOf(context.scaled(200_000));
      await loadCounty(ledger, size);
      let from = 0;
      // Not asked for again: the last event is a long way back behind those of the bare client.
      let { position } = await ledger.log.head();
      const round = async () => {
        const commands = [...movementsFrom(size, from)];
        from += size.movements;
        const seconds = await secondsOf(() => handleAll(ledger.handler, "movements", commands));
        const events = await eventsAfter(ledger.log, position);
        position = events.at(-1)?.position ?? position;
        const bareSeconds = await secondsOf(() => appendBare(bare.client, events));
        return { value: commands.length / seconds, reference: commands.length / bareSeconds };
      };
      const measured = await inTurns(rounds, round, (line) => {
        context.onProgress(`append-eventstoredb ${line}`);
      });
      yield figureOf(
        {
          bench: "append-eventstoredb",
          unit: "movements/s",
          reference: "the same events by batch and stream through the bare client",
          n: size.movements,
        },
        measured,
      );
    } finally {
      await ledger.close();
    }
  } finally {
    await bare.close();
    await database.drop();
  }
}

function movementsFrom(size: CountySize, from: number): Generator {
  return commandsOf("movements", movementRows(size, from));
}

async function eventsAfter(log: Pick<EventLog, "read">, after: bigint): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let at = after; ; ) {
    const page = await log.read(at, batchRows);
    for (const event of page) events.push(event);
    const last = page.at(-1);
    if (last === undefined || page.length < batchRows) return events;
    at = last.position;
  }
}

/**
 * Appends events a batch after another and in each batch a stream's together, 32 streams at once.
 * The streams are the server's own to the ledger, which leaves them out wherever it reads.
 */
async function appendBare(
  client: EventStoreDBClient,
  events: readonly RecordedEvent[],
): Promise<void> {
  const run = randomUUID();
  const revisions = new Map<string, bigint>();
  for (const batch of inBatches(events, batchRows)) {
    const next = byStream(batch).entries();
    const work = async (): Promise<void> => {
      for (const [name, own] of next) {
        const stream = `$bench-${run}-${name}`;
        const { nextExpectedRevision } = await client.appendToStream(stream, own.map(toBare), {
          expectedRevision: revisions.get(stream) ?? NO_STREAM,
        });
        revisions.set(stream, nextExpectedRevision);
      }
    };
    await Promise.all(Array.from({ length: streamsAtOnce }, work));
  }
}

function byStream(batch: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of batch) {
    const own = streams.get(event.stream);
    if (own === undefined) streams.set(event.stream, [event]);
    else own.push(event);
  }
  return streams;
}

function toBare({ type, body }: RecordedEvent) {
  const metadata = Buffer.from(`{"claim":1,"hash":"${"0".repeat(64)}"}`);
  return binaryEvent({ type, data: Buffer.from(body), metadata });
}
