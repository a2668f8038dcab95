import { Socket } from "node:net";
import { pipeline, Readable, Transform } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Limits } from "./limits.ts";
import type { Flow, Pace } from "./pace.ts";
import { paceKeeper } from "./pace.ts";
import {
  HttpProblem,
  problemDocument,
  problemType,
  sendProblem,
  statusOfFault,
} from "./problem.ts";

/** How long the words that a caller is cut off with may take to be read. */
const lastWordsMs = 5_000;

/**
 * Cuts off who sends a body slower than anybody would, with 408. Answers the pace of uploads, whose
 * slowest may be cut where others wait.
 */
export function limitBodies(app: FastifyInstance, limits: Limits): Pace {
  const { bodyWindowMs: windowMs, bodyRateMin: rateMin, bodyMaxMs: totalMaxMs } = limits;
  const uploads = paceKeeper({ ...limits, windowMs, rateMin });
  const others = paceKeeper({ ...limits, windowMs, rateMin: 0, totalMaxMs });
  const bodies = bodyCounter(limits.bodiesBytesMax);
  app.addHook("preParsing", (request, reply, payload, done) => {
    if (!request.raw.complete) {
      const isUpload = request.routeOptions.config.upload === true;
      (isUpload ? uploads : others).add(arrival(request, reply));
      if (!isUpload && isLong(request)) {
        done(null, bodies(payload, reply));
        return;
      }
    }
    done(null, payload);
  });
  app.addHook("onClose", (_app, done) => {
    uploads.close();
    others.close();
    done();
  });
  return uploads;
}

/** Bodies up to this length count for nothing: as many as connections fit in memory. */
const shortBytesMax = 16 * 1024;

function isLong({ headers }: FastifyRequest): boolean {
  const announced = Number(headers["content-length"] ?? 0);
  return announced > shortBytesMax || headers["transfer-encoding"] !== undefined;
}

/**
 * Counts what has come of bodies until they are answered: who announces much and sends little holds
 * little. One that finds no room ends with `Overloaded`.
 */
function bodyCounter(bytesMax: number) {
  let held = 0;
  return (payload: Readable, reply: FastifyReply): Readable => {
    let own = 0;
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (held + chunk.length > bytesMax) {
          done(new HttpProblem("Overloaded", "too many long requests at once", { retryAfter: 5 }));
          return;
        }
        held += chunk.length;
        own += chunk.length;
        done(null, chunk);
      },
    });
    const release = (): void => {
      held -= own;
      own = 0;
    };
    reply.raw.once("finish", release).once("close", release);
    // What ends the one ends the other; whoever reads it hears of it.
    pipeline(payload, counted, () => undefined);
    return counted;
  };
}

function arrival({ raw }: FastifyRequest, reply: FastifyReply): Flow {
  return {
    bytes: () => raw.socket.bytesRead,
    // What we have not taken yet waits for us.
    isWaiting: () => raw.readableLength === 0,
    isDone: () => raw.complete || raw.destroyed || reply.sent || reply.raw.headersSent,
    cut: () => {
      reply.request.log.info("a body came too slowly and was cut off");
      sendProblem(reply, "TooSlow", "the body came slower than this service waits for");
      setTimeout(() => raw.destroy(), lastWordsMs).unref();
    },
  };
}

/** Answers from this length on go out in pieces, so that it shows whether they are read. */
const longBytesMin = 256 * 1024;
const pieceBytes = 64 * 1024;
/** What a stream holds in memory on its way. */
const streamBytes = 256 * 1024;

/** Cuts off who does not read an answer, and refuses answers where too many are on their way. */
export function limitAnswers(app: FastifyInstance, limits: Limits): void {
  const { answerWindowMs: windowMs, answerRateMin: rateMin } = limits;
  const pace = paceKeeper({ ...limits, windowMs, rateMin });
  const held = { answers: 0, bytes: 0 };
  const isFull = (bytes: number): boolean =>
    held.answers >= limits.answersMax ||
    (held.answers > 0 && held.bytes + bytes > limits.answersBytesMax);
  const makeRoom = (bytes: number): boolean => {
    while (isFull(bytes)) {
      if (!pace.cutSlowest()) return false;
    }
    return true;
  };
  app.addHook("onSend", (request, reply, payload, done) => {
    const bytes = longBytesOf(payload);
    if (bytes === undefined || request.method === "HEAD") {
      done(null, payload);
      return;
    }
    if (!makeRoom(bytes)) {
      if (payload instanceof Readable) payload.destroy();
      done(null, refusal(reply));
      return;
    }
    held.answers += 1;
    held.bytes += bytes;
    const { socket } = request.raw;
    const release = once(() => {
      held.answers -= 1;
      held.bytes -= bytes;
    });
    reply.raw.once("finish", release).once("close", release);
    if (socket instanceof Socket) pace.add(reading(socket, reply, release));
    done(null, inPieces(reply, payload));
  });
  app.addHook("onClose", (_app, done) => {
    pace.close();
    done();
  });
}

function longBytesOf(payload: unknown): number | undefined {
  if (typeof payload === "string") {
    return payload.length < longBytesMin ? undefined : Buffer.byteLength(payload);
  }
  if (Buffer.isBuffer(payload)) {
    return payload.length < longBytesMin ? undefined : payload.length;
  }
  return payload instanceof Readable ? streamBytes : undefined;
}

function inPieces(reply: FastifyReply, payload: unknown): unknown {
  if (payload instanceof Readable) return payload;
  const bytes = typeof payload === "string" ? Buffer.from(payload) : (payload as Buffer);
  reply.header("content-length", String(bytes.length));
  return Readable.from(piecesOf(bytes));
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

function reading(socket: Socket, reply: FastifyReply, release: () => void): Flow {
  return {
    bytes: () => socket.bytesWritten - socket.writableLength,
    isWaiting: () => socket.writableLength > 0,
    isDone: () => reply.raw.writableFinished || reply.raw.destroyed || socket.destroyed,
    cut: () => {
      reply.request.log.info("an answer was not read and was cut off");
      release();
      socket.resetAndDestroy();
    },
  };
}

function refusal(reply: FastifyReply): string {
  const detail = "too many long answers are on their way; ask for a shorter page or again later";
  reply.code(statusOfFault("Overloaded"));
  reply.removeHeader("content-length");
  reply.removeHeader("content-disposition");
  reply.header("retry-after", "5").header("content-type", problemType);
  return JSON.stringify(problemDocument("Overloaded", detail, reply.request.id));
}

function once(work: () => unknown): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}
