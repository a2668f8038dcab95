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
  const schema = {
    tags: [tags[question.about]],
    operationId: question.name,
    summary: question.summary,
    description: question.description,
    "x-right": question.right,
    ...(inPath.size === 0 ? {} : { params: z.object(shapeOf(true)) }),
    querystring: z.strictObject({ ...shapeOf(false), ...asOfSchemas }),
    response: { 200: question.answer, ...problems(400, 404, 503) },
  };
  app.get(path, {
    schema,
    // One with a limit of its own may take longer, and is ended by the database all the same.
    handlerTimeout: question.secondsMax === undefined ? answerMaxMs : question.secondsMax * 1_000,
    handler: async ({ params, query }) => {
      const { knownAt: at, atLeast, ...given } = query as AsOf & Record<string, unknown>;
      const told = { ...given, ...(params as Record<string, unknown>) };
      refuseBackwards(told);
      const knownAt = await asOf(service, { knownAt: at, atLeast });
      const found = await question.ask(ledger.reads, told, knownAt).catch((error: unknown) => {
        // What is not known may stand behind an event that cannot be read.
        throw error instanceof Unknown ? new Ended(error, marks(ledger)) : error;
      });
      return { ...found, knownAt: knownAtSaid(knownAt), ...marks(ledger) };
    },
  });
}

function refuseBackwards(period: Period): void {
  if (!endsBeforeItBegins(period)) return;
  throw new HttpProblem("MalformedRequest", "to is before from", { field: { name: "to" } });
}
