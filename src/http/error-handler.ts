import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { outageOf } from "./outage.ts";
import { TableError } from "../exchange/table-reader.ts";
import { Unknown } from "../queries/as-of.ts";
import { columnOf } from "./command-fields.ts";
import { AnswerLate } from "./deadlines.ts";
import { formFilesMax } from "./import-form.ts";
import type { FaultCode } from "./problem.ts";
import { HttpProblem, problemDocument, sendProblem, sendRefusal } from "./problem.ts";

/** Thrown where an answer ended before it was whole: the problem has what of it there is. */
export class Ended extends Error {
  override readonly cause: unknown;
  readonly members: object;

  constructor(cause: unknown, members: object) {
    super("an answer ended before it was whole");
    this.cause = cause;
    this.members = members;
  }
}

/** The end of every error: answered without detail, and logged when it is not the caller's. */
export function handleError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (hasZodFastifySchemaValidationErrors(thrown)) return sendMalformed(thrown, request, reply);
  const { cause: error, members } = partsOf(thrown);
  const known = describe(error);
  if (known !== undefined) {
    const [fault, detail, details] = known;
    return sendProblem(reply, fault, detail, { ...details, members });
  }
  if (reply.raw.destroyed) {
    request.log.debug("the caller went away");
    return reply;
  }
  const outage = outageOf(error);
  request.log.error({ err: error, route: request.routeOptions.url }, "a request failed");
  if (outage === undefined) return sendProblem(reply, "Fault", undefined, { members });
  const [fault, detail, details] = outage;
  return sendProblem(reply, fault, detail, { ...details, members });
}

/** The code and the words with which an error is answered. */
export function reasonOf(error: unknown): { readonly code: string; readonly message: string } {
  const [fault, message = "", details] = describe(error) ?? outageOf(error) ?? (["Fault"] as const);
  return { code: details?.code ?? fault, message };
}

function partsOf(thrown: unknown): Pick<Ended, "cause" | "members"> {
  return thrown instanceof Ended ? thrown : { cause: thrown, members: {} };
}

/** The same as a document, for an answer that has begun already. */
export function errorDocument(thrown: unknown, request: FastifyRequest): object {
  const { cause: error, members } = partsOf(thrown);
  const known = describe(error);
  if (known !== undefined) {
    return problemDocument(known[0], known[1], request.id, { ...known[2], members });
  }
  const outage = outageOf(error);
  request.log.error({ err: error, route: request.routeOptions.url }, "a request failed");
  if (outage === undefined) return problemDocument("Fault", undefined, request.id, { members });
  const [fault, detail, details] = outage;
  return problemDocument(fault, detail, request.id, { ...details, members });
}

function describe(
  error: unknown,
): readonly [FaultCode, string?, ConstructorParameters<typeof HttpProblem>[2]?] | undefined {
  if (error instanceof HttpProblem) return [error.fault, error.message, error.details];
  if (error instanceof Unknown) return ["Unknown", error.message, { code: error.code }];
  if (error instanceof TableError) return ["FileMalformed", error.message, { code: error.code }];
  const { code, statusCode } = error as Partial<FastifyError>;
  if (code === "FST_ERR_HANDLER_TIMEOUT" || error instanceof AnswerLate) {
    const detail = "this took too long and may go on; a command may be sent again as it is";
    return ["TimedOut", detail, { retryAfter: 5 }];
  }
  if (typeof code !== "string" || !code.startsWith("FST_")) return undefined;
  if (code === "FST_FILES_LIMIT") return ["TooLarge", `a form takes at most ${formFilesMax} files`];
  if (code === "FST_FIELDS_LIMIT") return ["TooLarge", "the form has too many fields"];
  if (statusCode === 413) return ["TooLarge", "the body is larger than this route takes"];
  if (statusCode === 415) return ["MediaTypeNotSupported", "see /docs for the types it takes"];
  if (statusCode === 406) return ["MediaTypeNotSupported", "this route takes multipart/form-data"];
  if (statusCode === 503) return ["NotReady", "the service is closing", { retryAfter: 5 }];
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return ["MalformedRequest", "the request cannot be read"];
  }
  return undefined;
}

/** A problem for a body, parameter or header that its schema refuses; it repeats no value. */
function sendMalformed(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const [first] = error.validation ?? [];
  const {
    instancePath = "",
    keyword = "",
    params,
  } = (first ?? {}) as {
    instancePath?: string;
    keyword?: string;
    params?: Record<string, unknown>;
  };
  const name = instancePath.split("/")[1] ?? "";
  const { commandKind, isVerb = false } = request.routeOptions.config;
  if (error.validationContext !== "body" || commandKind === undefined) {
    const where = error.validationContext === "params" ? "path" : error.validationContext;
    const detail = `${name === "" ? "a parameter" : name} is malformed (${where ?? "request"})`;
    const details = name === "" ? {} : { field: { name } };
    return sendProblem(reply, "MalformedRequest", detail, details);
  }
  const column = columnOf(commandKind, name);
  const field = name === "" ? undefined : { name, ...(column === undefined ? {} : { column }) };
  const message =
    keyword === "unrecognized_keys"
      ? "the document has a field that this route does not know" +
        (isVerb ? "" : "; others go into `extra`")
      : name === ""
        ? "the body is not a JSON object"
        : `${name} ${expectation(keyword, params)}`;
  return sendRefusal(reply, { code: "MalformedField", message }, field);
}

function expectation(keyword: string, params: Record<string, unknown> = {}): string {
  const { values, expected } = params;
  if (keyword === "invalid_value" && Array.isArray(values)) {
    return `is not one of ${values.join(" ")}`;
  }
  return expected === "string" ? "is not a text (numbers are texts too)" : "is malformed";
}
