import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { knownAtSaid } from "../queries/answer.ts";
import type { Period } from "../queries/as-of.ts";
import { endsBeforeItBegins, Unknown } from "../queries/as-of.ts";
import type { Question } from "../queries/define.ts";
import { asOfSchemas, schemasOf } from "../queries/parameters.ts";
import { questions } from "../queries/questions.ts";
import type { AsOf } from "./as-of.ts";
import { asOf } from "./as-of.ts";
import type { AnswerFile } from "./answer-files.ts";
import { answerFilesOf, sendFile } from "./answer-files.ts";
import { Ended } from "./error-handler.ts";
import { answerMaxMs } from "./limits.ts";
import { HttpProblem, problems } from "./problem.ts";
import type { Service } from "./service.ts";
import { marks } from "./service.ts";

const tags: Readonly<Record<Question["about"], string>> = {
  household: "households",
  register: "registers",
  county: "registers",
};

/** A route for every question that has a path: GET /v1/…. */
export function questionRoutes(app: FastifyInstance, service: Service): void {
  for (const question of questions) {
    if (question.path !== undefined) questionRoute(app, service, question, question.path);
  }
}

function questionRoute(
  app: FastifyInstance,
  service: Service,
  question: Question,
  path: string,
): void {
  const { ledger } = service;
  const inPath = new Set(Array.from(path.matchAll(/:(\w+)/g), ([, name]) => name));
  const shapeOf = (isInPath: boolean) =>
    schemasOf(
      Object.fromEntries(
        Object.entries(question.parameters).filter(([name]) => inPath.has(name) === isInPath),
      ),
    );
  const files = answerFilesOf(question.name);
  const schema = {
    tags: [tags[question.about]],
    operationId: question.name,
    summary: question.summary,
    description: question.description,
    "x-right": question.right,
    ...(inPath.size === 0 ? {} : { params: z.object(shapeOf(true)) }),
    querystring: z.strictObject({ ...shapeOf(false), ...formatOf(files), ...asOfSchemas }),
    response: { 200: answerOf(question, files), ...problems(400, 404, 503) },
  };
  app.get(path, {
    schema,
    // One with a limit of its own may take longer, and is ended by the database all the same.
    handlerTimeout: question.secondsMax === undefined ? answerMaxMs : question.secondsMax * 1_000,
    handler: async ({ params, query }, reply) => {
      const { knownAt: at, atLeast, format, ...given } = query as Asked;
      const told = { ...given, ...(params as Record<string, unknown>) };
      refuseBackwards(told);
      const wrong = question.contradiction?.(told) ?? false;
      if (wrong !== false) throw new HttpProblem("MalformedRequest", wrong);
      const knownAt = await asOf(service, { knownAt: at, atLeast });
      const found = await question.ask(ledger.reads, told, knownAt).catch((error: unknown) => {
        // What is not known may stand behind an event that cannot be read.
        throw error instanceof Unknown ? new Ended(error, marks(ledger)) : error;
      });
      const file = files?.[format ?? ""];
      if (file !== undefined) {
        return sendFile(service, reply, { ...file, name: nameOf(question, told) }, (to) =>
          file.write(found, to, service),
        );
      }
      return { ...found, knownAt: knownAtSaid(knownAt), ...marks(ledger) };
    },
  });
}

type Asked = AsOf & { readonly format?: string } & Readonly<Record<string, unknown>>;
type Files = Readonly<Record<string, AnswerFile>> | undefined;

function formatOf(files: Files): { format?: z.ZodType } {
  if (files === undefined) return {};
  return {
    format: z.enum(Object.keys(files)).optional().describe("the answer as a file; else as JSON"),
  };
}

/** What is answered, by media type where there are several. */
function answerOf({ answer, summary }: Question, files: Files): object {
  if (files === undefined) return answer;
  const types = Object.values(files).map(({ type }) => [type, { schema: z.string() }] as const);
  return {
    description: summary,
    content: { "application/json": { schema: answer }, ...Object.fromEntries(types) },
  };
}

/** Of a file: what it is of, and the id that it was asked for by. */
function nameOf({ name }: Question, told: Readonly<Record<string, unknown>>): string {
  const [id = ""] = Object.values(told).filter((value) => typeof value === "string");
  return id === "" ? name : `${id}-${name}`;
}

function refuseBackwards(period: Period): void {
  if (!endsBeforeItBegins(period)) return;
  throw new HttpProblem("MalformedRequest", "to is before from", { field: { name: "to" } });
}
