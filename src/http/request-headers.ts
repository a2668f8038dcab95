import { isUtf8 } from "node:buffer";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { actorFault } from "../domain/actor.ts";
import { HttpProblem } from "./problem.ts";

const keyLengthMax = 255;
const plain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** The headers of a command, for the reference. */
export const commandHeaders = z.object({
  "x-actor": z
    .string()
    .optional()
    .describe("who does this, in UTF-8 or as UTF-8''percent-encoded (RFC 8187); otherwise http"),
  "idempotency-key": z
    .string()
    .optional()
    .describe(
      "of the caller's choice: the same request under the same key is answered again as it was " +
        "when it was recorded, for a day; refusals and faults are not remembered",
    ),
});

/** Who acts, from `X-Actor`: UTF-8 bytes or RFC 8187; `http` where it is absent. */
export function actorOf({ headers }: FastifyRequest): string {
  const given = headers["x-actor"];
  if (given === undefined || given === "") return "http";
  const actor = typeof given === "string" ? decodeHeader(given)?.trim() : undefined;
  if (actor === undefined) throw malformed("x-actor", "is neither UTF-8 nor percent-encoded UTF-8");
  const fault = actorFault(actor);
  if (fault !== undefined) throw malformed("x-actor", fault);
  return actor;
}

/** Node hands header bytes over as Latin-1. */
function decodeHeader(value: string): string | undefined {
  if (plain.test(value) && !/^utf-8'/i.test(value)) return value;
  const extended = /^utf-8'[^']*'(.*)$/i.exec(value)?.[1];
  if (extended !== undefined) {
    try {
      return decodeURIComponent(extended);
    } catch {
      return undefined;
    }
  }
  const bytes = Buffer.from(value, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
}

/** The `Idempotency-Key`, where there is one. */
export function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && key.length <= keyLengthMax && plain.test(key)) return key;
  throw malformed("idempotency-key", `is not 1 to ${keyLengthMax} characters of ASCII`);
}

function malformed(name: string, what: string): HttpProblem {
  return new HttpProblem("MalformedRequest", `${name} ${what}`, { field: { name } });
}
