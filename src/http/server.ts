import { randomUUID } from "node:crypto";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { fastify, LogController } from "fastify";
import type { Ledger } from "../ledger.ts";
import { application } from "./application.ts";
import { handleError } from "./error-handler.ts";
import type { Limits } from "./limits.ts";
import { defaultLimits } from "./limits.ts";
import type { LogOptions } from "./logging.ts";
import { createLogger } from "./logging.ts";
import { answerExpectations, answerUnparsed } from "./unparsed.ts";

/** How an instance is built. */
export interface BuildOptions extends LogOptions {
  /** The host it listens on: requests must name it, an address, or a loopback name. */
  readonly host?: string;
  /** False while the service may not be used yet, for instance while the demo county is loaded. */
  readonly ready?: () => boolean;
  /** Limits other than those where nothing else is said. */
  readonly limits?: Partial<Limits>;
}

/** Where a service listens. */
export interface ServeOptions extends BuildOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
}

/** A service that answers requests. */
export interface Served {
  readonly url: string;
  /** Takes no more requests, waits up to 10 s for those under way, then ends them. */
  close(): Promise<void>;
}

/** Thrown when the service cannot listen on its address; the message is for people. */
export class ListenError extends Error {
  readonly code: "PortInUse" | "NotAllowed" | "NoSuchAddress";

  constructor(code: ListenError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

const connectionsMax = 2_000;
const drainMs = 10_000;
const headersTimeoutMs = 15_000;
/** Long enough for the largest upload on a slow line. */
const requestTimeoutMs = 30 * 60_000;
const idleSocketMs = 5 * 60_000;

/**
 * The whole service over a ledger, not yet listening. It does not project: its caller runs
 * `ledger.projector`.
 */
export function buildServer(ledger: Ledger, options: BuildOptions): FastifyInstance {
  const logger: FastifyBaseLogger = createLogger(options);
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, request, reply) => {
      void handleError(error, request, reply);
    },
    genReqId: () => randomUUID(),
    bodyLimit: 1024 * 1024,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: idleSocketMs,
    keepAliveTimeout: 75_000,
    http: {
      headersTimeout: headersTimeoutMs,
      // Otherwise the two timeouts are looked at twice a minute.
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16 * 1024,
      requireHostHeader: false,
    },
    clientErrorHandler: answerUnparsed,
    // An id of 200 characters, each up to nine when percent-encoded.
    routerOptions: { maxParamLength: 1_800 },
  });
  app.server.maxConnections = connectionsMax;
  // Their size has a bound; beyond a count Node would drop the rest in silence.
  app.server.maxHeadersCount = 0;
  answerExpectations(app);
  void app.register(application, {
    ledger,
    host: options.host ?? "127.0.0.1",
    ready: options.ready ?? (() => true),
    limits: { ...defaultLimits, ...options.limits },
  });
  return app;
}

/** Listens and answers. Throws `ListenError` where it cannot listen. */
export async function serve(ledger: Ledger, options: ServeOptions): Promise<Served> {
  const { host, port } = options;
  const app = buildServer(ledger, options);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw listenError(error, host, port) ?? error;
  }
  return { url: urlOf(app, host), close: () => drain(app) };
}

function urlOf(app: FastifyInstance, host: string): string {
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

async function drain(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => {
    app.server.closeAllConnections();
  }, drainMs);
  await app.close().finally(() => {
    clearTimeout(cut);
  });
}

function listenError(error: unknown, host: string, port: number): ListenError | undefined {
  const at = `${host}:${String(port)}`;
  switch ((error as { code?: unknown }).code) {
    case "EADDRINUSE":
      return new ListenError("PortInUse", `${at} is in use: stop what listens there or set PORT`);
    case "EACCES":
      return new ListenError("NotAllowed", `${at} may not be used: ports below 1024 need rights`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new ListenError("NoSuchAddress", `${host} is no address of this machine: set HOST`);
    default:
      return undefined;
  }
}
