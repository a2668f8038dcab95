import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { formatNamed, listProfiles } from "../bank/bank-file.ts";
import { dayInShanghai } from "../domain/calendar.ts";
import type { KindName } from "../domain/kinds.ts";
import { kindOf } from "../domain/kinds.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { JsonObject } from "../encoding/canonical.ts";
import type { Ledger } from "../ledger.ts";
import { closeMonth } from "../payments/close.ts";
import { instruct } from "../payments/instruct.ts";
import { settle } from "../payments/settle.ts";
import { amount, demoMark as demo } from "../queries/answer.ts";
import { idText } from "../queries/parameters.ts";
import type { CommandContext } from "../write/commands.ts";
import { instructionPath, payerText, profileNames } from "./batches.ts";
import { fieldOf } from "./command-fields.ts";
import { deadlines } from "./deadlines.ts";
import type { Idempotency } from "./idempotency.ts";
import { answerMaxMs } from "./limits.ts";
import type { ProblemField } from "./problem.ts";
import { problems, sendRefusal } from "./problem.ts";
import { actorOf, commandHeaders, idempotencyKeyOf } from "./request-headers.ts";
import type { Service } from "./service.ts";
import { assertOpened, demoMark } from "./service.ts";

/** A verb that records, as a route: POST /v1/<verb>. */
interface Verb<B extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** The kind of the command that it gives, whose right it needs. */
  readonly kind: KindName;
  /** Fields here that are called otherwise there, by their names there. */
  readonly renamed: Readonly<Record<string, string>>;
  readonly body: B;
  readonly answer: z.ZodObject;
  /** Whether the same may be answered otherwise later, so that it is not remembered. */
  readonly isPassing?: (body: Readonly<Record<string, unknown>>) => boolean;
  run(
    ledger: Ledger,
    told: z.output<B>,
    context: CommandContext,
  ): Promise<Refusal | Readonly<Record<string, unknown>>>;
}

const words = idText.refine((text) => text.isWellFormed());
const text = z.string().refine((given) => given.isWellFormed() && !given.includes("\u0000"));
const on = words.optional().describe("业务日期, YYYY-MM-DD; today where absent");
const position = z
  .string()
  .optional()
  .describe("of what was recorded: give it to reads as atLeast");

function verb<B extends z.ZodType>(declared: Verb<B>): Verb {
  return declared;
}

const instructVerb = verb({
  name: "instruct",
  summary: "Tell a bank to pay the due lines of plans",
  description:
    "Makes a batch over all due lines of approved plans, durably when this answers; " +
    "`instruction` is where the file for the bank is read, as often as it is needed. What is in " +
    "a batch is not paid again before the bank has answered: sent twice, this pays nothing twice.",
  kind: "instructions",
  renamed: { date: "on" },
  body: z
    .strictObject({
      plans: z.array(words).min(1).max(1_000).describe("计划编号"),
      account: words.describe("付款账号: the account that pays"),
      by: words.describe("经办人: who instructs"),
      on: words.optional().describe("执行日期, YYYY-MM-DD; today where absent"),
      profile: z.enum(profileNames).optional().describe("pain.001.001.03 where absent"),
      payer: payerText,
    })
    .meta({
      examples: [
        { plans: ["JH-00001"], account: "53001616030000000000", by: "示例", on: "2026-04-03" },
      ],
    }),
  answer: z.object({
    batch: z.string(),
    plans: z.array(z.string()),
    lines: z.int(),
    sum: amount,
    skipped: z
      .array(z.object({ plan: z.string(), line: z.int(), reason: z.string() }))
      .describe(
        "lines that are not paid, by OnHold, AccountMissing, ZeroAmount, InFlight, Paid, Stopped " +
          "or Undecided",
      ),
    instruction: z.string().describe("the address of the file for the bank"),
    position,
    demo,
  }),
  run: async (ledger, told, context) => {
    const { plans, account, by, payer } = told;
    const { on: day = dayInShanghai(Date.now()), profile = "pain.001.001.03" } = told;
    const format = formatNamed(profile);
    if (format === undefined) throw new Error("parsed: the name of a format");
    const done = await instruct(ledger, format, { plans, account, by, on: day, profile }, context);
    if ("code" in done) return done;
    const { batch: id, count: lines, sum } = done.batch;
    const instruction = instructionPath(id, payer);
    const { skipped } = done;
    return { batch: id, plans, lines, sum, skipped, instruction, ...at(done) };
  },
});

const settleVerb = verb({
  name: "settle",
  summary: "Decide about a bank's entry that fits no payment",
  description:
    "Says which payment an entry is (`to`), or what else it is (`as`), or takes that back " +
    "(`undo`); `as` `rejected` gives up a payment that the bank never answered. Exactly one of " +
    "the three.",
  kind: "settlements",
  renamed: { date: "on" },
  body: z
    .strictObject({
      entry: text.describe("the entry as an import named it, or <batch>/<EndToEndId>"),
      to: text.optional().describe("the payment that it is: <batch>/<EndToEndId>"),
      as: text.optional().describe("what else it is, in words; or `rejected`"),
      undo: z.literal(true).optional().describe("takes the decision back"),
      by: words.describe("经办人: who decides"),
      reason: text.describe("理由"),
      on,
    })
    .meta({
      examples: [
        {
          entry: "53001616030000000000/000000000013",
          as: "财政拨款",
          by: "示例",
          reason: "与银行核对",
          on: "2026-04-04",
        },
      ],
    }),
  answer: z.object({
    entry: z.string(),
    state: z.enum(["matched", "other", "open"]),
    position,
    demo,
  }),
  run: async (ledger, told, context) => {
    const { on: day = dayInShanghai(Date.now()), ...rest } = told;
    const done = await settle(ledger, { ...rest, on: day }, context);
    return "code" in done ? done : { ...done, ...at(done) };
  },
});

const closeVerb = verb({
  name: "close",
  summary: "Close an accounting month",
  description:
    "Closes a month that is over, and with the first all before it: nothing is recorded into it. " +
    "Where it does not close, `closed` is false and `reasons` say why.",
  kind: "months",
  renamed: {},
  body: z
    .strictObject({
      month: z
        .string()
        .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/)
        .describe("YYYY-MM"),
      by: words.describe("经办人: who closes it"),
    })
    .meta({ examples: [{ month: "2026-03", by: "示例" }] }),
  answer: z.object({
    month: z.string(),
    closed: z.boolean(),
    reasons: z.array(z.string()),
    position,
    demo,
  }),
  isPassing: ({ closed }) => closed === false,
  run: async (ledger, told, context) => {
    const done = await closeMonth(ledger, told, context);
    return "code" in done ? done : { ...done, ...at(done) };
  },
});

function at({ position: of }: { readonly position: bigint | undefined }): {
  position: string | undefined;
} {
  return { position: of?.toString() };
}

const verbs: readonly Verb[] = [instructVerb, settleVerb, closeVerb];

/** POST /v1/<verb> for the verbs that record, and GET /v1/profiles. */
export function verbRoutes(
  app: FastifyInstance,
  service: Service,
  { answerOnce }: Idempotency,
): void {
  const { ledger, metrics } = service;
  const within = deadlines(app, answerMaxMs);
  for (const { name, summary, description, kind, renamed, body, answer, ...verb } of verbs) {
    const route = `/v1/${name}`;
    const { right } = kindOf(kind);
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      assertOpened(ledger);
      const actor = actorOf(request);
      const key = idempotencyKeyOf(request);
      const run = () => verb.run(ledger, request.body, { actor, correlation: request.id });
      const isRefused = (done: object): done is Refusal => "code" in done;
      const content = request.body as JsonObject;
      const outcome = await within(
        key === undefined
          ? run()
          : answerOnce({ route, actor, key, content }, run, (done) =>
              isRefused(done) || verb.isPassing?.(done) === true
                ? undefined
                : { status: 200, body: { ...done, ...demoMark(ledger) } },
            ),
      );
      if ("replayed" in outcome) {
        const { body: before } = outcome.replayed as { body: object };
        return reply.header("idempotency-replayed", "true").send(before);
      }
      const status = isRefused(outcome) ? outcome.code : "recorded";
      metrics.commands.inc({ kind, status });
      if (isRefused(outcome)) {
        return sendRefusal(reply, outcome, fieldHere(kind, renamed, outcome.field));
      }
      return reply.send({ ...outcome, ...demoMark(ledger) });
    };
    app.post(route, {
      schema: {
        tags: ["payments"],
        operationId: name,
        summary,
        description,
        "x-right": right,
        headers: commandHeaders,
        querystring: z.strictObject({}),
        body,
        response: { 200: answer, ...problems(400, 403, 408, 409, 413, 415, 422, 503) },
      },
      config: { commandKind: kind, isVerb: true },
      handler,
    });
  }
  profilesRoute(app, service);
}

function fieldHere(
  kind: KindName,
  renamed: Readonly<Record<string, string>>,
  column: string | undefined,
): ProblemField | undefined {
  const field = fieldOf(kindOf(kind), column);
  return field && { ...field, name: renamed[field.name] ?? field.name };
}

function profilesRoute(app: FastifyInstance, { ledger }: Service): void {
  app.get("/v1/profiles", {
    schema: {
      tags: ["payments"],
      operationId: "profiles",
      summary: "The formats of instructions and answers",
      description: "In which a bank is told to pay, and how it answers.",
      "x-right": "open",
      querystring: z.strictObject({}),
      response: {
        200: z.array(
          z.object({ profile: z.string(), instruction: z.string(), answer: z.string() }),
        ),
        ...problems(400, 503),
      },
    },
    handler: () => {
      assertOpened(ledger);
      return listProfiles();
    },
  });
}
