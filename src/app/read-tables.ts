import type { PoolClient } from "pg";
import type { CopyTask, CopyValue } from "../database/copy.ts";
import { CopyRows, copyInto } from "../database/copy.ts";
import type { Projection, TableShape } from "../../projections/define.ts";
import type { ProjectedEvent } from "../../projections/define.ts";
import type { EventLog, PlacedEvent } from "../log/event-log.ts";
import { eventId } from "../log/event-log.ts";
import type { PendingParts } from "../log/lists.ts";
import { completeList, EventUnreadable, liftRecorded } from "../log/lists.ts";

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
      for (const projection of projections) projection.project(event, write);
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

/**
 * Lifts recorded events and joins lists, as projections take them. Events that cannot be read are
 * passed to `onUnreadable` and left out unless it throws.
 */
export function projecting(
  log: Pick<EventLog, "readStream">,
  onUnreadable: (error: EventUnreadable) => void = raise,
): (events: readonly PlacedEvent[]) => Promise<ProjectedEvent[]> {
  const pending: PendingParts = new Map();
  return async (events) => {
    const projected: ProjectedEvent[] = [];
    for (const event of events) {
      const { position, stream, meta } = event;
      try {
        const lifted = liftRecorded(event);
        const whole = await completeList(log, event, lifted, pending);
        // Written out: V8 is slow to make and to read objects that are put together from others.
        const { type, data } = whole;
        projected.push({
          type,
          data,
          position,
          stream,
          meta,
          id: eventId(event),
        } as ProjectedEvent);
      } catch (error) {
        if (!(error instanceof EventUnreadable)) throw error;
        onUnreadable(error);
      }
    }
    return projected;
  };
}

function raise(error: EventUnreadable): never {
  throw error;
}
