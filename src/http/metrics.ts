import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Ledger } from "../ledger.ts";

/** The numbers of one service, in a registry of its own. */
export interface Metrics {
  readonly registry: Registry;
  readonly commands: Counter<"kind" | "status">;
}

/** Measures the ledger and every request of `app`. */
export function measure(app: FastifyInstance, ledger: Ledger): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const durations = new Histogram({
    name: "sunshine_http_request_seconds",
    help: "Time to answer a request, by route",
    labelNames: ["method", "route", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers,
  });
  app.addHook("onResponse", (request, reply, done) => {
    durations.observe(
      {
        method: request.method,
        route: request.routeOptions.url ?? "none",
        status: String(reply.statusCode),
      },
      reply.elapsedTime / 1_000,
    );
    done();
  });
  measureLedger(ledger, registers);
  return {
    registry,
    commands: new Counter({
      name: "sunshine_http_commands_total",
      help: "Commands by what became of them: recorded, alreadyRecorded or the refusal's code",
      labelNames: ["kind", "status"],
      registers,
    }),
  };
}

/** How long the numbers of the database are waited for; the others come without them. */
const silenceMaxMs = 3_000;

function measureLedger({ log, pool, projector }: Ledger, registers: Registry[]): void {
  const lag = new Gauge({
    name: "sunshine_projection_lag",
    help: "Positions between the last event and what every projection has reached",
    registers,
  });
  new Gauge({
    name: "sunshine_log_position",
    help: "Position of the last event (PostgreSQL: how many were appended)",
    registers,
    async collect() {
      try {
        const asked = Promise.all([log.head(), projector.position()]);
        asked.catch(() => undefined);
        const silence = wait(silenceMaxMs, undefined, { ref: false }).then(() => {
          throw new Error("the database does not answer");
        });
        const [head, projected] = await Promise.race([asked, silence]);
        this.set(Number(head.position));
        lag.set(Math.max(0, Number(head.position - projected)));
      } catch {
        // When the database cannot be reached, the other numbers are needed all the more.
        this.set(NaN);
        lag.set(NaN);
      }
    },
  });
  new Gauge({
    name: "sunshine_database_connections",
    help: "Connections of the pool, and callers that wait for one",
    labelNames: ["state"],
    registers,
    collect() {
      this.set({ state: "open" }, pool.totalCount);
      this.set({ state: "idle" }, pool.idleCount);
      this.set({ state: "waiting" }, pool.waitingCount);
    },
  });
}
