import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { demoMark as demo, standstillMark } from "../queries/answer.ts";
import { watchCondition } from "../app/condition.ts";
import { problems, sendProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { demoMark, marks } from "./service.ts";

const health = z
  .object({ status: z.literal("ok"), demo: z.literal(true).optional() })
  .meta({ examples: [{ status: "ok" }] });

const position = z
  .object({
    head: z.string().describe("position of the last event"),
    projected: z.string().describe("what every answer includes by now"),
    at: z.string().nullable().describe("when the last event was recorded"),
    demo,
    standstill: standstillMark,
  })
  .meta({ examples: [{ head: "1042", projected: "1042", at: "2026-03-31T08:00:00.000Z" }] });

/** GET /health, /metrics, /openapi.json and /v1/position. */
export function statusRoutes(app: FastifyInstance, service: Service): void {
  healthRoute(app, service);
  metricsRoute(app, service);
  referenceRoute(app);
  positionRoute(app, service);
}

function healthRoute(app: FastifyInstance, { ledger, ready }: Service): void {
  const condition = watchCondition(ledger);
  app.addHook("onClose", (_app, done) => {
    condition.stop();
    done();
  });
  app.get("/health", {
    schema: {
      tags: ["service"],
      operationId: "health",
      summary: "Whether the service can answer questions",
      description:
        "503 says what it lacks: the database, a part of it that is locked, read models that " +
        "come along, an opened ledger, the demo county loaded.",
      response: { 200: health, ...problems(503) },
    },
    handlerTimeout: 10_000,
    handler: async (_request, reply) => {
      const notReady = (detail: string) =>
        sendProblem(reply, "NotReady", detail, { retryAfter: 1 });
      const trouble = await condition.trouble();
      if (trouble !== undefined) return notReady(trouble);
      if (ledger.identity() === undefined) return notReady("the ledger has not been opened yet");
      if (!ready()) return notReady("the ledger is being loaded");
      return reply.send({ status: "ok", ...demoMark(ledger) });
    },
  });
}

function metricsRoute(app: FastifyInstance, { metrics }: Service): void {
  app.get("/metrics", {
    schema: {
      tags: ["service"],
      operationId: "metrics",
      summary: "Numbers of the service, for Prometheus",
      description:
        "Request durations by route, commands, the log's position, projection lag, pool.",
      response: {
        200: {
          description: "Text exposition format",
          content: { "text/plain": { schema: z.string() } },
        },
      },
    },
    handlerTimeout: 10_000,
    handler: async (_request, reply) => {
      const text = await metrics.registry.metrics();
      return reply
        .type(metrics.registry.contentType)
        .serializer((body: string) => body)
        .send(text);
    },
  });
}

function referenceRoute(app: FastifyInstance): void {
  let reference: string | undefined;
  app.get("/openapi.json", {
    schema: {
      tags: ["service"],
      operationId: "reference",
      summary: "This reference as OpenAPI 3.1",
      description: "What /docs shows.",
      response: { 200: z.looseObject({ openapi: z.string() }).describe("OpenAPI 3.1") },
    },
    handler: (_request, reply) => {
      reference ??= JSON.stringify(app.swagger());
      void reply.type("application/json; charset=utf-8").serializer((body: string) => body);
      return reply.send(reference);
    },
  });
}

function positionRoute(app: FastifyInstance, { ledger }: Service): void {
  app.get("/v1/position", {
    schema: {
      tags: ["service"],
      operationId: "position",
      summary: "How far the log and its projections have come",
      description: "Everything up to `projected` is in every answer that names no `knownAt`.",
      response: { 200: position, ...problems(503) },
    },
    handlerTimeout: 10_000,
    handler: async () => {
      const [head, projected] = await Promise.all([ledger.log.head(), ledger.projector.position()]);
      return {
        head: head.position.toString(),
        projected: projected.toString(),
        at: head.recordedAt ?? null,
        ...marks(ledger),
      };
    },
  });
}
