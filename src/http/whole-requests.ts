// Every byte of a request counts: what would be passed by in silence is refused.
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { HttpProblem } from "./problem.ts";

/** Headers of which Node keeps the first and drops the others, and those that it joins. */
const once: ReadonlySet<string> = new Set([
  ...["host", "content-type", "content-length", "content-encoding", "origin", "sec-fetch-site"],
  ...["x-actor", "idempotency-key", "authorization", "user-agent"],
]);
/** Beside the files of a form stand its boundaries and fields. */
const formBytesMax = 64 * 1024;

/** Refuses requests with more in them than is read. */
export function refuseUnread(app: FastifyInstance): void {
  app.addHook("onRequest", (request, _reply, done) => {
    done(repeatedHeader(request.raw) ?? unreadBody(request));
  });
}

function repeatedHeader({ rawHeaders, headers }: IncomingMessage): HttpProblem | undefined {
  // Where no name stands twice there are as many values as names.
  if (rawHeaders.length === 2 * Object.keys(headers).length) return undefined;
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    if (once.has(name) && seen.has(name)) {
      return new HttpProblem("MalformedRequest", `the request has ${name} twice`, {
        field: { name },
      });
    }
    seen.add(name);
  }
  return undefined;
}

function unreadBody(request: FastifyRequest): HttpProblem | undefined {
  const { method, headers, routeOptions } = request;
  const announced = Number(headers["content-length"] ?? 0);
  if (announced === 0 && headers["transfer-encoding"] === undefined) return undefined;
  if (method === "GET" || method === "HEAD") {
    return new HttpProblem("MalformedRequest", `${method} takes no body`);
  }
  const isForm = headers["content-type"]?.startsWith("multipart/") === true;
  if (announced > routeOptions.bodyLimit + (isForm ? formBytesMax : 0)) {
    return new HttpProblem("TooLarge", "the body is larger than this route takes");
  }
  const coding = headers["content-encoding"];
  if (coding !== undefined && coding.trim().toLowerCase() !== "identity") {
    const detail = "no Content-Encoding is decoded here: send the body as it is";
    return new HttpProblem("MediaTypeNotSupported", detail, {
      field: { name: "content-encoding" },
    });
  }
  return strangeCharset(headers["content-type"]);
}

/** The encodings of each sort of body, which are told apart by its bytes. */
const charsets: readonly (readonly [type: RegExp, known: RegExp])[] = [
  [/^application\/json\b/i, /^utf-?8$/i],
  [/^(text\/csv|application\/vnd\.ms-excel)\b/i, /^(utf-?8|gb18030|gbk|gb2312|us-ascii)$/i],
];

function strangeCharset(type = ""): HttpProblem | undefined {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type)?.[1];
  if (charset === undefined) return undefined;
  for (const [sort, known] of charsets) {
    if (!sort.test(type) || known.test(charset)) continue;
    const detail = "bodies are read in UTF-8, CSV files in GB18030 too";
    return new HttpProblem("MediaTypeNotSupported", detail, { field: { name: "content-type" } });
  }
  return undefined;
}
