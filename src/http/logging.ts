import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { pino } from "pino";
import pretty from "pino-pretty";
import { maskNumbers } from "../words/masks.ts";

/** How the service logs: `pretty` is for people on a terminal, otherwise a JSON document a line. */
export interface LogOptions {
  readonly logLevel: string;
  readonly pretty?: boolean;
  /** Where lines go; standard error otherwise. */
  readonly destination?: { write(line: string): void };
}

/** A logger that logs nothing of a request's content, and of an error only where it happened. */
export function createLogger({
  logLevel,
  pretty: isPretty = false,
  destination,
}: LogOptions): Logger {
  const options = {
    level: logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError, req: () => undefined, res: () => undefined },
  };
  const out = destination ?? pino.destination({ fd: 2, sync: true });
  if (!isPretty) return pino(options, out);
  const stream = pretty({
    destination: 2,
    sync: true,
    translateTime: "SYS:HH:MM:ss",
    ignore: "pid",
  });
  return pino(options, destination ?? stream);
}

/**
 * An error for the log: kind, code and stack. Messages of the database or a parser may quote a row,
 * so of those only the code is kept; long numbers in other messages are masked.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, constraint, table, routine, cause } = error as unknown as Record<string, unknown>;
  const quotes = error instanceof SyntaxError || routine !== undefined || "issues" in error;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    type: error.constructor.name,
    message: quotes ? "(kept back)" : maskNumbers(error.message).slice(0, 300),
    code,
    constraint,
    table,
    stack: frames.map((line) => line.trim()).join("\n"),
    ...(cause instanceof Error ? { cause: describeError(cause) } : {}),
  };
}

/** A line a request when it is answered: successes at debug, refusals at info, faults at warn. */
export function logRequests(app: FastifyInstance): void {
  app.addHook("onResponse", (request, reply, done) => {
    const { statusCode, elapsedTime } = reply;
    const level = statusCode < 400 ? "debug" : statusCode < 500 ? "info" : "warn";
    const { method, routeOptions } = request;
    const ms = Math.round(elapsedTime * 10) / 10;
    request.log[level]({ method, route: routeOptions.url, status: statusCode, ms }, "answered");
    done();
  });
}
