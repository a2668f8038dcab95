import { Socket } from "node:net";
import { PassThrough } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from "fastify";
import { errorDocument } from "./error-handler.ts";
import { isTurnedAway } from "./import-desk.ts";
import type { Service } from "./service.ts";
import { assertOpened } from "./service.ts";

/** JSON documents a line. */
export const lines = "application/x-ndjson";
const progressEveryMs = 250;

/** Callbacks of work on files, and what may stop it. */
export interface Watch {
  /** The problem with which an error would be answered. */
  readonly problemOf: (error: unknown) => object;
  readonly signal: AbortSignal;
  /** Whether nobody waits for the answer any more. */
  readonly isGone: () => boolean;
  readonly onProgress?: (done: number, total: number, rows: number) => void;
}

/** Takes in what a request brings and works on it. */
export type Run = (watch: Watch) => Promise<{ body: object; replayed: boolean }>;

/** A route that takes files. */
export interface UploadRoute {
  readonly path: string;
  readonly schema: FastifySchema;
  readonly bytesMax: number;
  /** The work on one request; `leave` gives its place at the desk back once all has arrived. */
  runOf(request: FastifyRequest, leave: () => void): Run;
}

/** Mounts a route that takes files; `closing` aborts when the service is to end. */
export function uploadRoute(
  app: FastifyInstance,
  { ledger, desk }: Service,
  closing: AbortSignal,
  { path, schema, bytesMax, runOf }: UploadRoute,
): void {
  app.post(path, {
    schema,
    bodyLimit: bytesMax,
    config: { upload: true },
    handler: async (request, reply) => {
      assertOpened(ledger);
      const leave = desk.enter();
      try {
        // A long import sends nothing for a while.
        if (request.socket instanceof Socket) request.socket.setTimeout(0);
        const run = runOf(request, leave);
        const problemOf = (error: unknown) => errorDocument(error, request);
        const gone = untilGone(reply);
        const signal = AbortSignal.any([gone, closing]);
        const watch = { signal, isGone: () => gone.aborted, problemOf };
        if (request.headers.accept?.includes(lines) === true) await sendLines(reply, run, watch);
        else await sendOnce(reply, await run(watch));
      } catch (error) {
        // Who was too slow has an answer.
        if (!reply.sent) throw error;
      } finally {
        leave();
      }
      return reply;
    },
  });
}

/** Aborts when nobody waits for the answer any more: what is recorded by then stays. */
function untilGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

async function sendOnce(
  reply: FastifyReply,
  { body, replayed }: { body: object; replayed: boolean },
): Promise<void> {
  if (replayed) reply.header("idempotency-replayed", "true");
  await reply.type("application/json; charset=utf-8").send(JSON.stringify(body));
}

/**
 * Progress a line, then the answer; what fails is the last line, but for what keeps a file from
 * being imported at all.
 */
async function sendLines(reply: FastifyReply, run: Run, watch: Watch): Promise<void> {
  const out = new PassThrough();
  let hasBegun = false as boolean;
  const write = (document: object): void => {
    if (!hasBegun) void reply.type(`${lines}; charset=utf-8`).send(out);
    hasBegun = true;
    if (!out.destroyed) out.write(`${JSON.stringify(document)}\n`);
  };
  let next = 0;
  const running = run({
    ...watch,
    onProgress: (bytes, total, rows) => {
      // Who does not read the progress gets less of it.
      if (Date.now() < next || out.writableNeedDrain) return;
      next = Date.now() + progressEveryMs;
      write({ progress: { rows, bytes, total } });
    },
  });
  try {
    write((await running).body);
  } catch (error) {
    if (!hasBegun && (reply.sent || isTurnedAway(error))) throw error;
    if (!watch.isGone()) write({ error: errorDocument(error, reply.request) });
  }
  out.end();
}
