import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { JsonObject } from "../encoding/canonical.ts";
import type { Kind } from "../domain/kind.ts";
import { kinds } from "../domain/kinds.ts";
import type { Settled } from "../write/group-commit.ts";
import type { Ledger } from "../ledger.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Remark } from "../domain/remark.ts";
import type { Parsed } from "../domain/row.ts";
import { demoMark as demo } from "../queries/answer.ts";
import type { CommandBody } from "./command-fields.ts";
import { bodySchema, fieldOf, rowOf } from "./command-fields.ts";
import { deadlines } from "./deadlines.ts";
import type { Answer, Idempotency } from "./idempotency.ts";
import { answerMaxMs } from "./limits.ts";
import { problems, sendRefusal } from "./problem.ts";
import { actorOf, commandHeaders, idempotencyKeyOf } from "./request-headers.ts";
import type { Service } from "./service.ts";
import { assertOpened, demoMark } from "./service.ts";

const recorded = z
  .object({
    status: z.literal("recorded"),
    position: z.string().describe("where it stands in the log: give it to reads as atLeast"),
    remarks: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .optional()
      .describe("what is to be said of it, where any"),
    demo,
  })
  .meta({ examples: [{ status: "recorded", position: "1042" }] });

const alreadyRecorded = z
  .object({ status: z.literal("alreadyRecorded"), demo })
  .meta({ examples: [{ status: "alreadyRecorded" }] });

/** POST /v1/<kind>: one command as JSON, for every kind there is. */
export function commandRoutes(
  app: FastifyInstance,
  service: Service,
  { answerOnce }: Idempotency,
): void {
  const { ledger, metrics } = service;
  const { submit } = ledger.submitter;
  const within = deadlines(app, answerMaxMs);
  for (const kind of kinds) {
    if (kind.isInternal === true) continue;
    const { name, summary, right, idColumn } = kind;
    const route = `/v1/${name}`;
    const refuse = (reply: FastifyReply, refusal: Refusal): FastifyReply => {
      metrics.commands.inc({ kind: name, status: refusal.code });
      return sendRefusal(reply, refusal, fieldOf(kind, refusal.field));
    };
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      assertOpened(ledger);
      const body = request.body as CommandBody;
      const actor = actorOf(request);
      const key = idempotencyKeyOf(request);
      const parsed = parse(kind, body);
      if (!parsed.ok) return refuse(reply, parsed.refusal);
      const remarks = kind.remarks?.(parsed.command) ?? [];
      const judge = () => submit(name, parsed.command, { actor, correlation: request.id });
      const content = body as JsonObject;
      const outcome = await within(
        key === undefined
          ? judge()
          : answerOnce({ route, actor, key, content }, judge, (judged) =>
              judged.status === "refused" ? undefined : answerOf(ledger, judged, remarks),
            ),
      );
      if ("replayed" in outcome) {
        const { status, body: before } = outcome.replayed;
        return reply.code(status).header("idempotency-replayed", "true").send(before);
      }
      if (outcome.status === "refused") return refuse(reply, outcome.refusal);
      metrics.commands.inc({ kind: name, status: outcome.status });
      const answer = answerOf(ledger, outcome, remarks);
      return reply.code(answer.status).send(answer.body);
    };
    app.post(route, {
      schema: {
        tags: ["commands"],
        operationId: `record-${name}`,
        summary,
        description:
          (kind.isFile ? `Judged and recorded like one row of ${name}.csv, durably ` : "Durable ") +
          "when this answers. " +
          `${idColumn} makes it safe to send again: what is recorded is not recorded twice. ` +
          "A refusal records nothing.",
        "x-right": right,
        headers: commandHeaders,
        querystring: z.strictObject({}),
        body: bodySchema(kind),
        response: {
          201: recorded,
          200: alreadyRecorded,
          ...problems(400, 403, 408, 409, 413, 415, 422, 503),
        },
      },
      config: { commandKind: name },
      // The answer has few fields, made here: checking them again would cost every request.
      serializerCompiler: () => (answer) => JSON.stringify(answer),
      handler,
    });
  }
}

function parse(kind: Kind, body: CommandBody): Parsed<unknown> {
  const row = rowOf(kind, body);
  return "code" in row ? { ok: false, key: "", refusal: row } : kind.parse(row);
}

function answerOf(
  ledger: Ledger,
  outcome: Exclude<Settled, { status: "refused" }>,
  remarks: readonly Remark[],
): Answer {
  const { status } = outcome;
  const mark = demoMark(ledger);
  if (status === "alreadyRecorded") return { status: 200, body: { status, ...mark } };
  const position = outcome.position.toString();
  const all = [...remarks, ...(outcome.remarks ?? [])];
  const said = all.map(({ code, message }) => ({ code, message }));
  const noted = said.length === 0 ? {} : { remarks: said };
  return { status: 201, body: { status, position, ...noted, ...mark } };
}
