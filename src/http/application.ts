import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyPluginOptions } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { KindName } from "../domain/kinds.ts";
import { repeatedName } from "../encoding/repeated-name.ts";
import type { Ledger } from "../ledger.ts";
import { columnOf } from "./command-fields.ts";
import { batchRoutes } from "./batches.ts";
import { commandRoutes } from "./commands.ts";
import { handleError } from "./error-handler.ts";
import { answerOtherMethods, guard } from "./guards.ts";
import { idempotencyIn } from "./idempotency.ts";
import { importDesk } from "./import-desk.ts";
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
import { openUploads } from "./uploads.ts";
import { verbRoutes } from "./verbs.ts";
import { refuseUnread } from "./whole-requests.ts";

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
  refuseUnread(app);
  guard(app, host, () => demoMark(ledger).demo === true);
  const arriving = limitBodies(app, limits);
  limitAnswers(app, limits);
  logRequests(app);
  const uploads = await openUploads(ledger.dataDir, limits);
  app.addHook("onClose", () => uploads.close());
  const service: Service = {
    ledger,
    metrics: measure(app, ledger),
    watch: projectionWatch(async () => reachedBy(await ledger.projector.position(), ledger)),
    ready,
    limits,
    arriving,
    desk: importDesk(limits, arriving),
    uploads,
  };
  await describeApi(app);
  const known = collectMethods(app);
  const idempotency = idempotencyIn(ledger);
  app.addHook("onClose", () => idempotency.close());
  statusRoutes(app, service);
  commandRoutes(app, service, idempotency);
  verbRoutes(app, service, idempotency);
  questionRoutes(app, service);
  batchRoutes(app, service);
  await app.register((scope) => importRoutes(scope, service, idempotency));
  await app.register((scope, _options, done) => {
    pageRoutes(scope, service);
    done();
  });
  answerOtherMethods(app, known);
}

/** What answers may include: before an event that cannot be read nothing more is to come. */
function reachedBy(position: bigint, { projector: { standstill } }: Ledger): bigint {
  return standstill === undefined ? position : standstill.event - 1n;
}

/**
 * JSON in sound UTF-8 alone, and without a name that stands twice: a broken byte would silently
 * become another character, and of two amounts one would be recorded.
 */
function parseJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    const bytes = body as Buffer;
    if (!isUtf8(bytes)) {
      done(new HttpProblem("MalformedRequest", "the body is not UTF-8"));
      return;
    }
    const text = bytes.toString("utf8");
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      done(new HttpProblem("MalformedRequest", "the body is not a JSON document"));
      return;
    }
    const twice = repeatedName(text);
    if (twice !== undefined) {
      done(namedTwice(twice, request.routeOptions.config.commandKind));
    } else if (Object.values(Object(value) as object).some(namesPrototype)) {
      done(new HttpProblem("MalformedRequest", "the body has the name __proto__"));
    } else {
      done(null, value);
    }
  });
}

/**
 * A member of this name is one that assigning and copying pass by; that the document itself has it
 * is for the route's schema to refuse.
 */
function namesPrototype(document: unknown): boolean {
  // By a list of what is left to look at: a document may be deeper than the stack.
  const left: unknown[] = [document];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== "object" || value === null) continue;
    if (Object.hasOwn(value, "__proto__")) return true;
    for (const member of Object.values(value)) left.push(member);
  }
  return false;
}

/** A name is shown as far as a column of a file may be long. */
const nameShownMax = 200;

function namedTwice(name: string, kind: KindName | undefined): HttpProblem {
  const shown = name.slice(0, nameShownMax);
  const column = kind === undefined ? undefined : columnOf(kind, name);
  const field = { name: shown, ...(column === undefined ? {} : { column }) };
  const detail = `the body has the name ${JSON.stringify(shown)} twice`;
  return new HttpProblem("MalformedRequest", detail, { field });
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
