import { hostname } from "node:os";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isLoopback } from "../config.ts";
import { sendProblem } from "./problem.ts";

/** Headers of every answer: no script, no other site, no guessing of types, no referrer. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
    "base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/**
 * While there is no sign-in, other sites must not be able to act through a browser: only names of
 * this machine are answered (DNS rebinding), and only requests of our own pages may change
 * anything.
 */
export function guard(app: FastifyInstance, host: string, demo: () => boolean): void {
  const isOurs = hostCheck(host);
  const headers = Object.entries(securityHeaders);
  app.addHook("onRequest", (request, reply, done) => {
    for (const [name, value] of headers) reply.header(name, value);
    reply.header("x-request-id", request.id);
    if (demo()) reply.header("x-demo", "true");
    if (request.headers.host === undefined) {
      sendProblem(reply, "MalformedRequest", "the request has no Host header");
      return;
    }
    if (!isOurs(request.headers.host)) {
      sendProblem(reply, "HostNotAllowed", "the Host header is no name of this service");
      return;
    }
    if (isForeign(request)) {
      sendProblem(reply, "OriginNotAllowed", "requests of other sites change nothing here");
      return;
    }
    done();
  });
}

/** Whether a Host header names this machine: a loopback name, an address, the configured host. */
export function hostCheck(configured: string): (host: string) => boolean {
  const names = new Set(["localhost", configured.toLowerCase(), hostname().toLowerCase()]);
  const seen = new Map<string, boolean>();
  return (host) => {
    const before = seen.get(host);
    if (before !== undefined) return before;
    const name = host.toLowerCase().replace(/:\d{1,5}$/, "");
    // A rebinding attack needs a name: a request by address meant this machine.
    const isAddress = /^\d{1,3}(\.\d{1,3}){3}$|^\[[0-9a-f:.]+\]$/.test(name);
    const ours = isAddress || names.has(name) || isLoopback(name);
    if (seen.size < 100) seen.set(host, ours);
    return ours;
  };
}

function isForeign({ method, headers }: FastifyRequest): boolean {
  if (method === "GET" || method === "HEAD") return false;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return origin !== `http://${host ?? ""}` && origin !== `https://${host ?? ""}`;
}

/** Answers 405 for what an address of ours does not do. Called once all its methods are known. */
export function answerOtherMethods(
  app: FastifyInstance,
  known: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const [url, methods] of known) {
    const others = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter(
      (method) => !methods.has(method),
    );
    const allow = [...methods].sort().join(", ");
    const refuse = (_request: FastifyRequest, reply: FastifyReply): void => {
      reply.header("allow", allow);
      sendProblem(reply, "MethodNotAllowed", `this address takes ${allow}`);
    };
    app.route({
      method: others,
      url,
      exposeHeadRoute: false,
      schema: { hide: true },
      onRequest: refuse,
      handler: refuse,
    });
  }
}
