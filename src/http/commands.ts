import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { JsonObject } from "../encoding/canonical.ts";
import type { CommandKind } from "../write/commands.ts";
import { commandKinds, commandType } from "../write/commands.ts";
import type { Outcome } from "../write/handle.ts";
import type { Ledger } from "../ledger.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Parsed } from "../domain/row.ts";
import { demoMark as demo } from "../queries/answer.ts";
import type { CommandBody } from "./command-fields.ts";
import { commandBodies, fieldOf, rowOf } from "./command-fields.ts";
import type { Answer, Idempotency } from "./idempotency.ts";
import { problems, sendRefusal } from "./problem.ts";
import { actorOf, commandHeaders, idempotencyKeyOf } from "./request-headers.ts";
import type { Service } from "./service.ts";
import { assertOpened, demoMark } from "./service.ts";

const recorded = z
  .object({
    status: z.literal("recorded"),
    position: z.string().describe("where it stands in the log: give it to reads as atLeast"),
    demo,
  })
  .meta({ examples: [{ status: "recorded", position: "1042" }] });

const alreadyRecorded = z
  .object({ status: z.literal("alreadyRecorded"), demo })
  .meta({ examples: [{ status: "alreadyRecorded" }] });

const what: Readonly<Record<CommandKind, readonly [summary: string, id: string]>> = {
  movements: ["Record a movement: rent, order, wage, shares, dividend or reversal", "业务编号"],
  contracts: ["Record a contract and its terms", "合同编号"],
  organisations: ["Record an organisation or a change of its details", "主体编号"],
  roster: ["Record a person of a household or a change", "人编号"],
};

/** A command has ended by then, the attempts of an append whose connection broke included. */
const secondsMax = 120;

/** POST /v1/{movements, contracts, organisations, roster}: one command each, as JSON. */
export function commandRoutes(
  app: FastifyInstance,
  service: Service,
  { answerOnce }: Idempotency,
): void {
  const { ledger, metrics } = service;
  const { submit } = ledger.submitter;
  for (const kind of commandKinds) {
    const [summary, id] = what[kind];
    const route = `/v1/${kind}`;
    const refuse = (reply: FastifyReply, refusal: Refusal): FastifyReply => {
      metrics.commands.inc({ kind, status: refusal.code });
      return sendRefusal(reply, refusal, fieldOf(kind, refusal.field));
    };
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      assertOpened(ledger);
      const body = request.body as CommandBody;
      const actor = actorOf(request);
      const key = idempotencyKeyOf(request);
      const parsed = parse(kind, body);
      if (!parsed.ok) return refuse(reply, parsed.refusal);
      const judge = () => submit(kind, parsed.command, { actor, correlation: request.id });
      const content = body as JsonObject;
      const outcome =
        key === undefined
          ? await judge()
          : await answerOnce({ route, actor, key, content, secondsMax }, judge, (judged) =>
              judged.status === "refused" ? undefined : answerOf(ledger, judged),
            );
      if ("replayed" in outcome) {
        const { status, body: before } = outcome.replayed;
        return reply.code(status).header("idempotency-replayed", "true").send(before);
      }
      if (outcome.status === "refused") return refuse(reply, outcome.refusal);
      metrics.commands.inc({ kind, status: outcome.status });
      const answer = answerOf(ledger, outcome);
      return reply.code(answer.status).send(answer.body);
    };
    app.post(route, {
      schema: {
        tags: ["commands"],
        operationId: `record-${kind}`,
        summary,
        description:
          `Judged and recorded like one row of ${kind}.csv, durably when this answers. ` +
          `${id} makes it safe to send again: what is recorded is not recorded twice. ` +
          "A refusal records nothing.",
        headers: commandHeaders,
        body: commandBodies[kind],
        response: {
          201: recorded,
          200: alreadyRecorded,
          ...problems(400, 403, 409, 413, 415, 422, 503),
        },
      },
      config: { commandKind: kind },
      // Two fields of our own making: to check them again costs every request.
      serializerCompiler: () => (answer) => JSON.stringify(answer),
      handler,
    });
  }
}

function parse(kind: CommandKind, body: CommandBody): Parsed<unknown> {
  const row = rowOf(kind, body);
  return "code" in row ? { ok: false, key: "", refusal: row } : commandType(kind).parse(row);
}

function answerOf(ledger: Ledger, outcome: Exclude<Outcome, { status: "refused" }>): Answer {
  const { status } = outcome;
  const mark = demoMark(ledger);
  if (status === "alreadyRecorded") return { status: 200, body: { status, ...mark } };
  return { status: 201, body: { status, position: outcome.position.toString(), ...mark } };
}
