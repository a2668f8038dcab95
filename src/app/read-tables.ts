import type { PoolClient } from "pg";
import type { CopyTask, CopyValue } from "../database/copy.ts";
import { CopyRows, copyInto } from "../database/copy.ts";
import type { Projection, TableShape } from "../../projections/define.ts";
import type { ProjectedEvent } from "../../projections/define.ts";
import type { EventLog, PlacedEvent } from "../log/event-log.ts";
import { eventId } from "../log/event-log.ts";
import type { PendingParts } from "../log/lists.ts";
import {
  completeList,
  EventUnreadable,
  isTooLong,
  liftRecorded,
  linesInTurn,
} from "../log/lists.ts";

/** Makes the tables of projections in a schema; indexes come later where much is to be written. */
export async function createTables(
  client: PoolClient,
  schema: string,
  projections: readonly Projection[],
  kind: "" | "UNLOGGED" = "",
): Promise<void> {
  for (const table of projections.flatMap((projection) => projection.tables)) {
    const columns = Object.entries(table.columns).map(([name, type]) => `${name} ${type}`);
    await client.query(`CREATE ${kind} TABLE ${schema}.${table.name} (${columns.join(", ")})`);
  }
}

/** Primary keys and indexes of the tables of projections. */
export async function createIndexes(
  client: PoolClient,
  schema: string,
  projections: readonly Projection[],
): Promise<void> {
  for (const table of projections.flatMap((projection) => projection.tables)) {
    const name = `${schema}.${table.name}`;
    await client.query(`ALTER TABLE ${name} ADD PRIMARY KEY (${table.primaryKey})`);
    for (const [index, on] of Object.entries(table.indexes)) {
      await client.query(`CREATE INDEX ${index} ON ${name} ${on}`);
    }
  }
}

/** Rows of several tables in COPY text format, gathered from events. */
export interface RowBuffer {
  add(event: ProjectedEvent): void;
  /** All rows, for the tables of a schema; empties the buffer. */
  take(schema: string): CopyTask[];
  /** Writes all rows into the tables of a schema and empties the buffer. */
  flush(client: PoolClient, schema: string): Promise<void>;
}

/** A buffer for the rows that these projections make of events. */
export function rowBuffer(projections: readonly Projection[]): RowBuffer {
  const shapes = projections.flatMap((projection) => projection.tables);
  const rows = new Map<string, CopyRows>();
  const write = (table: string, values: readonly CopyValue[]): void => {
    let own = rows.get(table);
    if (own === undefined) rows.set(table, (own = new CopyRows()));
    own.row(values);
  };
  const take = (schema: string): CopyTask[] =>
    shapes.flatMap((shape) => {
      const own = rows.get(shape.name);
      if (own === undefined) return [];
      rows.delete(shape.name);
      const messages = own.take("all").values();
      return [{ into: target(schema, shape), format: "text" as const, messages }];
    });
  return {
    add: (event) => {
      for (const projection of projections) {
        if (event.linesBefore > 0 && projection.takesLines !== true) continue;
        projection.project(event, write);
      }
    },
    take,
    flush: async (client, schema) => {
      for (const task of take(schema)) await copyInto(client, task);
    },
  };
}

function target(schema: string, { name, columns }: TableShape): string {
  return `${schema}.${name} (${Object.keys(columns).join(", ")})`;
}

/** An event with a very long list, as projections take it: again and again, with more lines. */
export interface LongListEvent {
  readonly position: bigint;
  turns(): AsyncIterable<ProjectedEvent>;
}

/**
 * Writes the rows of events into the tables of a schema, in the caller's transaction: those of a
 * very long list some at a time.
 */
export async function writeRows(
  client: PoolClient,
  schema: string,
  buffer: RowBuffer,
  events: Iterable<ProjectedEvent | LongListEvent>,
): Promise<void> {
  for (const event of events) {
    if (!isLongList(event)) {
      buffer.add(event);
      continue;
    }
    for await (const turn of event.turns()) {
      buffer.add(turn);
      await buffer.flush(client, schema);
    }
  }
  await buffer.flush(client, schema);
}

/** Whether an event comes with its lines some at a time. */
export function isLongList(event: ProjectedEvent | LongListEvent): event is LongListEvent {
  return "turns" in event;
}

/**
 * Lifts recorded events and joins lists, as projections take them. Events that cannot be read are
 * passed to `onUnreadable` and left out unless it throws.
 */
export function projecting(
  log: Pick<EventLog, "readStream">,
  onUnreadable: (error: EventUnreadable) => void = raise,
): (events: readonly PlacedEvent[]) => Promise<(ProjectedEvent | LongListEvent)[]> {
  const pending: PendingParts = new Map();
  return async (events) => {
    const projected: (ProjectedEvent | LongListEvent)[] = [];
    for (const event of events) {
      const { position, stream, meta } = event;
      try {
        const lifted = liftRecorded(event);
        const whole = await completeList(log, event, lifted, pending);
        // Written out: V8 is slow to make and to read objects that are put together from others.
        const { type, data } = whole;
        const all = {
          type,
          data,
          position,
          stream,
          meta,
          id: eventId(event),
          linesBefore: 0,
        } as ProjectedEvent;
        projected.push(isTooLong(whole) ? await longListOf(log, event, all) : all);
      } catch (error) {
        if (!(error instanceof EventUnreadable)) throw error;
        onUnreadable(error);
      }
    }
    return projected;
  };
}

async function longListOf(
  log: Pick<EventLog, "readStream">,
  recorded: PlacedEvent,
  event: ProjectedEvent,
): Promise<LongListEvent> {
  const inTurn = await linesInTurn(log, recorded, event);
  return {
    position: event.position,
    async *turns() {
      for await (const { before, lines } of inTurn()) {
        yield { ...event, data: { ...event.data, lines }, linesBefore: before } as ProjectedEvent;
      }
    },
  };
}

function raise(error: EventUnreadable): never {
  throw error;
}
