import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { dayInShanghai } from "../domain/calendar.ts";
import { headOrKnown } from "../log/event-log.ts";
import type { KnownAt } from "../queries/as-of.ts";
import { knownAtOf } from "../queries/as-of.ts";
import type { Kept, Page, Running, Visit } from "../web/define.ts";
import { faultPage } from "../web/fault-page.tsx";
import { pages } from "../web/pages.ts";
import { stylesheet } from "../web/stylesheet.ts";
import { handleError, reasonOf } from "./error-handler.ts";
import { answerMaxMs } from "./limits.ts";
import { HttpProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { assertOpened, demoMark } from "./service.ts";
import { packageVersion as version } from "./version.ts";

const schema = { hide: true };
/** A form of a page is a number or two. */
const formBytesMax = 16 * 1024;

/** Mounts every page and their style sheet. Their errors are pages too. */
export function pageRoutes(app: FastifyInstance, service: Service): void {
  const { ledger } = service;
  const keep = keeper(service);
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const isTheirs = error instanceof HttpProblem || (error.statusCode ?? 500) < 500;
    if (isTheirs) {
      return handleError(error, request, reply);
    }
    request.log.error({ err: error, route: request.routeOptions.url }, "a page failed");
    reply.header("retry-after", "5");
    return sendPage(reply.code(503), faultPage(version, request.id, reasonOf(error).message));
  });
  app.get("/style.css", { schema }, (_request, reply) => {
    reply.header("cache-control", "max-age=300");
    return reply.type("text/css; charset=utf-8").send(stylesheet);
  });
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: formBytesMax },
    (_request, body, done) => {
      const fields = [...new URLSearchParams(String(body))];
      const told = new Map(fields);
      if (told.size === fields.length) done(null, Object.fromEntries(told));
      else done(new HttpProblem("MalformedRequest", "the form has a field twice"));
    },
  );
  for (const page of pages) {
    const answer = async (reply: FastifyReply, told: unknown): Promise<FastifyReply> => {
      const shown = await page.ask(visitOf(service, page, keep), page.parameters.parse(told));
      const isFound = page.found?.(shown) ?? true;
      const { standstill } = ledger.projector;
      if (page.unindexed === true) reply.header("x-robots-tag", "noindex, noarchive");
      const site = { version, demo: demoMark(ledger).demo === true, standstill };
      return sendPage(reply.code(isFound ? 200 : 404), page.show(shown, site));
    };
    app.get(page.path, { schema, handlerTimeout: answerMaxMs }, (request, reply) =>
      answer(reply, page.byPost === true ? {} : told(request)),
    );
    if (page.byPost !== true) continue;
    app.post(page.path, { schema, handlerTimeout: answerMaxMs }, (request, reply) =>
      answer(reply, request.body ?? {}),
    );
  }
}

/** What a page is told by its address. */
function told({ query, params }: FastifyRequest): object {
  return { ...(query as object), ...(params as object) };
}

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.type("text/html; charset=utf-8").send(html);
}

/** One visit to a page: all its questions are answered as known at one position. */
function visitOf(service: Service, { unopened }: Page, keep: Keep): Visit {
  const { ledger, ready } = service;
  let projected: Promise<bigint> | undefined;
  let known: Promise<KnownAt> | undefined;
  const position = (): Promise<bigint> => {
    if (unopened !== true) assertOpened(ledger);
    return (projected ??= ledger.projector.position());
  };
  const knownAt = (): Promise<KnownAt> =>
    (known ??= position().then((reached) => knownAtOf(service.ledger.log, reached)));
  return {
    ask: async (question, told) => question.ask(ledger.reads, told, await knownAt()),
    kept: async (question) => keep(question, await position()),
    knownAt,
    today: () => dayInShanghai(Date.now()),
    running: async (): Promise<Running> => {
      const [head, reached] = await Promise.all([headOrKnown(ledger.log), position()]);
      const [engine, identity] = [ledger.log.engine, ledger.identity()];
      return { engine, identity, ready: ready(), head: head.position, projected: reached };
    },
  };
}

type Keep = (question: WholeQuestion, position: bigint) => Promise<Kept<WholeAnswer>>;
type WholeQuestion = Parameters<Visit["kept"]>[0];
type WholeAnswer = Awaited<ReturnType<WholeQuestion["ask"]>>;

/** Keeps the last answer to each question until the position moves; one computation at a time. */
function keeper(service: Service): Keep {
  const kept = new Map<WholeQuestion, Kept<WholeAnswer>>();
  const computing = new Map<WholeQuestion, Promise<Kept<WholeAnswer>>>();
  const compute = async (question: WholeQuestion, position: bigint) => {
    const knownAt = await knownAtOf(service.ledger.log, position);
    const made = { knownAt, answer: await question.ask(service.ledger.reads, {}, knownAt) };
    kept.set(question, made);
    return made;
  };
  return (question, position) => {
    const last = kept.get(question);
    if (last?.knownAt.position === position) return Promise.resolve(last);
    const made =
      computing.get(question) ??
      compute(question, position).finally(() => computing.delete(question));
    computing.set(question, made);
    return made;
  };
}
