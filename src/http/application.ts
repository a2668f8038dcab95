import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyPluginOptions } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Ledger } from "../ledger.ts";
import { commandRoutes } from "./commands.ts";
import { handleError } from "./error-handler.ts";
import { answerOtherMethods, guard } from "./guards.ts";
import { idempotencyIn } from "./idempotency.ts";
import { importRoutes } from "./imports.ts";
import type { Limits } from "./limits.ts";
import { logRequests } from "./logging.ts";
import { measure } from "./metrics.ts";
import { pageRoutes } from "./pages.ts";
import { HttpProblem, sendProblem } from "./problem.ts";
import { projectionWatch } from "./projection-watch.ts";
import { questionRoutes } from "./questions.ts";
import { describeApi } from "./reference.ts";
import type { Service } from "./service.ts";
import { demoMark } from "./service.ts";
import { limitAnswers, limitBodies } from "./slow-callers.ts";
import { statusRoutes } from "./status.ts";

/** What the application is a plugin over. */
export interface ApplicationOptions extends FastifyPluginOptions {
  readonly ledger: Ledger;
  readonly host: string;
  readonly ready: () => boolean;
  readonly limits: Limits;
}

/** The application as a plugin: API, reference, health and pages over one ledger. */
export async function application(
  app: FastifyInstance,
  { ledger, host, ready, limits }: ApplicationOptions,
): Promise<void> {
  // Headers are parsed where they are used: replacing them by parsed ones would cost every request.
  const unchecked = (): boolean => true;
  app.setValidatorCompiler((route) =>
    route.httpPart === "headers" ? unchecked : validatorCompiler(route as never),
  );
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, "NotFound"));
  parseJson(app);
  guard(app, host, () => demoMark(ledger).demo === true);
  const arriving = limitBodies(app, limits);
  limitAnswers(app, limits);
  logRequests(app);
  const service: Service = {
    ledger,
    metrics: measure(app, ledger),
    watch: projectionWatch(() => ledger.projector.position()),
    ready,
    limits,
    arriving,
  };
  await describeApi(app);
  const known = collectMethods(app);
  const idempotency = idempotencyIn(ledger);
  app.addHook("onClose", () => idempotency.close());
  statusRoutes(app, service);
  commandRoutes(app, service, idempotency);
  questionRoutes(app, service);
  await app.register((scope) => importRoutes(scope, service, idempotency));
  await app.register((scope, _options, done) => {
    pageRoutes(scope, service);
    done();
  });
  answerOtherMethods(app, known);
}

/** JSON in sound UTF-8 alone: a broken byte would silently become another character. */
function parseJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    const bytes = body as Buffer;
    if (!isUtf8(bytes)) {
      done(new HttpProblem("MalformedRequest", "the body is not UTF-8"));
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString("utf8"));
    } catch {
      done(new HttpProblem("MalformedRequest", "the body is not a JSON document"));
      return;
    }
    done(null, value);
  });
}

function collectMethods(app: FastifyInstance): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const methods = known.get(url) ?? new Set();
    for (const one of Array.isArray(method) ? method : [method]) methods.add(one);
    known.set(url, methods);
  });
  return known;
}
