import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { KindName } from "../domain/kinds.ts";
import type { Ledger } from "../ledger.ts";
import type { Right } from "../rights.ts";
import type { Limits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import type { Pace } from "./pace.ts";
import { HttpProblem } from "./problem.ts";
import type { ImportDesk } from "./import-desk.ts";
import type { ProjectionWatch } from "./projection-watch.ts";
import type { Uploads } from "./uploads.ts";

declare module "fastify" {
  interface FastifySchema {
    /** The right that the route needs. */
    "x-right"?: Right;
  }
  interface FastifyContextConfig {
    /** The kind of command a route takes: names the columns of its problems. */
    commandKind?: KindName;
    /** Its body is not that of a kind: it has no notes. */
    isVerb?: boolean;
    /** The body may take as long as a large file takes on a slow line. */
    upload?: boolean;
  }
}

/** What routes work on. */
export interface Service {
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly watch: ProjectionWatch;
  /** False while the service may not be used yet. */
  readonly ready: () => boolean;
  readonly limits: Limits;
  /** The pace of uploads that arrive. */
  readonly arriving: Pace;
  /** Where all that bring files stand in line. */
  readonly desk: ImportDesk;
  readonly uploads: Uploads;
}

/** A Fastify instance whose schemas are zod's. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** `{demo: true}` where the ledger is the invented county, which every answer says. */
export function demoMark({ identity }: Ledger): { demo?: true } {
  return identity()?.demo === true ? { demo: true } : {};
}

/** What every answer of read models says of where they come from. */
export function marks(ledger: Ledger): ReturnType<typeof demoMark> & { standstill?: object } {
  const { standstill } = ledger.projector;
  if (standstill === undefined) return demoMark(ledger);
  const { position, event, stream, why, since } = standstill;
  const [at, unread] = [position.toString(), event.toString()];
  return {
    ...demoMark(ledger),
    standstill: { position: at, event: unread, stream, why, since: since.toISOString() },
  };
}

/** Throws unless the ledger has been opened: before that nothing can be recorded or asked. */
export function assertOpened({ identity }: Ledger): void {
  if (identity() !== undefined) return;
  throw new HttpProblem("NotReady", "the ledger has not been opened yet", { retryAfter: 5 });
}
