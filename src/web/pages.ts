import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { Ledger } from "../ledger.ts";
import { asOf, idText } from "../http/parameters.ts";
import type { Service } from "../http/service.ts";
import { demoMark } from "../http/service.ts";
import { packageVersion as version } from "../http/version.ts";
import type { KnownAt } from "../queries/as-of.ts";
import { Unknown } from "../queries/as-of.ts";
import { householdCard, incomeByYear } from "../queries/household.ts";
import type { Overview } from "../queries/overview.ts";
import { overview } from "../queries/overview.ts";
import { ownership } from "../queries/ownership.ts";
import { trail } from "../queries/trail.ts";
import { faultPage, householdPage, lookupPage } from "./household-page.tsx";
import { overviewPage } from "./overview-page.tsx";
import { stylesheet } from "./stylesheet.ts";

const trailMax = 200;
const schema = { hide: true };
const lookup = z.object({
  number: z.string().optional().catch(undefined),
  after: z
    .string()
    .regex(/^\d{1,18}$/)
    .catch("0"),
});

/** The pages: what runs here, and one household. Their errors are pages too. */
export function pageRoutes(app: FastifyInstance, service: Service): void {
  const { ledger } = service;
  const overviewOf = overviewKeeper(ledger);
  app.setErrorHandler((error, request, reply) => {
    request.log.error({ err: error, route: request.routeOptions.url }, "a page failed");
    return sendPage(reply.code(503), faultPage(version, request.id));
  });
  app.get("/style.css", { schema }, (_request, reply) => {
    reply.header("cache-control", "max-age=300");
    return reply.type("text/css; charset=utf-8").send(stylesheet);
  });
  app.get("/", { schema }, async (_request, reply) => {
    const [head, projected] = await Promise.all([ledger.log.head(), ledger.projector.position()]);
    const html = overviewPage({
      version,
      engine: ledger.log.engine,
      identity: ledger.identity(),
      ready: service.ready(),
      head: head.position,
      projected,
      kept: await overviewOf(projected),
    });
    return sendPage(reply, html);
  });
  app.get("/households", { schema }, async (request, reply) => {
    const { number: asked, after } = lookup.parse(request.query);
    const frame = { version, demo: demoMark(ledger).demo === true };
    const number = idText.safeParse(asked?.trim());
    if (!number.success || number.data === "") {
      const known = asked === undefined || asked === "";
      return sendPage(reply.code(known ? 200 : 404), lookupPage(frame, asked?.slice(0, 200)));
    }
    try {
      return await sendPage(reply, await showHousehold(service, number.data, BigInt(after)));
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      return sendPage(reply.code(404), lookupPage(frame, number.data));
    }
  });
}

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply.type("text/html; charset=utf-8").send(html);
}

async function showHousehold(service: Service, number: string, after: bigint): Promise<string> {
  const { ledger } = service;
  const knownAt = await asOf(service, {});
  const [card, money, held, found] = await Promise.all([
    householdCard(ledger, number, knownAt),
    incomeByYear(ledger, number, knownAt),
    ownership(ledger, number, knownAt),
    trail(ledger, number, knownAt, { after, max: trailMax + 1 }),
  ]);
  const entries = found.slice(0, trailMax);
  return householdPage({
    version,
    demo: demoMark(ledger).demo === true,
    knownAt,
    card,
    money,
    shares: "registers" in held ? held.registers : {},
    entries,
    next: found.length > trailMax ? (entries.at(-1)?.position ?? null) : null,
    continued: after > 0n,
  });
}

interface KeptOverview {
  readonly knownAt: KnownAt;
  readonly overview: Overview;
}

/** The overview as of a position: kept until that moves, computed once for all who wait. */
function overviewKeeper(ledger: Ledger): (position: bigint) => Promise<KeptOverview> {
  let kept: KeptOverview | undefined;
  let computing: Promise<KeptOverview> | undefined;
  const compute = async (position: bigint): Promise<KeptOverview> => {
    const knownAt = { position, at: (await ledger.log.timeOf(position)) ?? null };
    return (kept = { knownAt, overview: await overview(ledger, knownAt) });
  };
  return (position) => {
    if (kept?.knownAt.position === position) return Promise.resolve(kept);
    return (computing ??= compute(position).finally(() => {
      computing = undefined;
    }));
  };
}
