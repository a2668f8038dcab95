import { z } from "zod";
import type { KindName } from "../domain/kinds.ts";
import { kinds } from "../domain/kinds.ts";
import { refusalCodes } from "../domain/refusal.ts";
import type { Answer, Crossing } from "../log/forwarded.ts";
import { CrossingUnreadable } from "../log/forwarded.ts";
import { StreamRefused } from "../log/event-log.ts";
import type { VaultKeys } from "../vault/keys.ts";
import { decrypt, encrypt } from "../vault/vault.ts";
import type { CommandBatch, CommandContext } from "./commands.ts";
import type { Outcome } from "./handle.ts";

/** What is needed to send commands between processes of one ledger. */
export interface CommandCrossingOptions {
  readonly keys: Pick<VaultKeys, "transport">;
  /** Commands in one batch. */
  readonly commandsMax?: number;
  /** Checks a command that has arrived and returns it; throws where it is not of its kind. */
  readonly parseCommand?: (kind: KindName, data: unknown) => unknown;
}

/** Raised when a program of the version before would misread a message. */
const crossingVersion = 1;
const commandsMaxUnlessSaid = 20_000;
const messageMax = 2_000;
const kindNames = kinds.map(({ name }) => name);

/**
 * Writes batches of commands and their outcomes for another process: JSON with a version, sealed
 * with AES-256-GCM under the ledger's transport key. The other side may be another release of the
 * program, so what arrives is parsed by schema; commands only as far as `parseCommand` goes.
 */
export function commandCrossing({
  keys: { transport },
  commandsMax = commandsMaxUnlessSaid,
  parseCommand = plainObject,
}: CommandCrossingOptions): Crossing<CommandBatch, Outcome[]> {
  const batchSchema = batchOf(commandsMax);
  const seal = (direction: Direction, row: string, value: object): Buffer =>
    encrypt(transport, `${direction} ${row}`, JSON.stringify(value));
  const open = <T>(schema: z.ZodType<T>, direction: Direction, row: string, sealed: Buffer): T => {
    try {
      const text = decrypt(transport, `${direction} ${row}`, sealed).toString("utf8");
      return schema.parse(JSON.parse(text));
    } catch {
      // The cause would quote the message, which holds personal data.
      throw new CrossingUnreadable(`the ${direction} cannot be read by this program`);
    }
  };
  return {
    sealBatch: (row, { kind, commands, contexts }) => {
      if (commands.length > commandsMax) {
        throw new RangeError(`a batch of ${commands.length} commands is over ${commandsMax}`);
      }
      return seal("commands", row, { version: crossingVersion, kind, commands, contexts });
    },
    openBatch: (row, sealed) => {
      const { kind, commands, contexts } = open(batchSchema, "commands", row, sealed);
      try {
        return { kind, commands: commands.map((data) => parseCommand(kind, data)), contexts };
      } catch {
        throw new CrossingUnreadable(`a command is no ${kind} to this program`);
      }
    },
    sealAnswer: (row, answer) =>
      seal("answer", row, { version: crossingVersion, ...writtenAnswer(answer) }),
    openAnswer: (row, sealed, { commands }) => {
      const answer = open(answerSchema, "answer", row, sealed);
      if ("failure" in answer) return { failure: answer.failure };
      const { outcomes } = answer;
      if (outcomes.length === commands.length) return { outcomes };
      throw new CrossingUnreadable("the answer has not an outcome for each command");
    },
  };
}

type Direction = "commands" | "answer";

/** Until a kind has a parser of its own: what came from JSON as an object. */
function plainObject(_kind: KindName, data: unknown): unknown {
  if (typeof data === "object" && data !== null && !Array.isArray(data)) return data;
  throw new TypeError("a command is an object");
}

// A member that is added to a context has to be added here.
const contextSchema = z.strictObject({
  actor: z.string(),
  correlation: z.string().optional(),
} satisfies Record<keyof CommandContext, z.ZodType>);

function batchOf(commandsMax: number) {
  return z
    .strictObject({
      version: z.literal(crossingVersion),
      kind: z.enum(kindNames),
      commands: z.array(z.unknown()).max(commandsMax),
      contexts: z.array(contextSchema),
    })
    .refine(({ commands, contexts }) => commands.length === contexts.length);
}

const positionSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,18})$/)
  .transform((text) => BigInt(text));

const refusalSchema = z.strictObject({
  code: z.enum(refusalCodes),
  message: z.string(),
  field: z.string().exactOptional(),
});

const remarkSchema = z.strictObject({
  code: z.enum(["LooksPersonal", ...refusalCodes]),
  message: z.string(),
  field: z.string(),
});

const outcomeSchema = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("recorded"),
    position: positionSchema,
    remarks: z.array(remarkSchema).exactOptional(),
  }),
  z.strictObject({ status: z.literal("alreadyRecorded") }),
  z.strictObject({ status: z.literal("refused"), refusal: refusalSchema }),
  z
    .strictObject({ status: z.literal("failed"), stream: z.string(), why: z.string() })
    .transform(({ status, stream, why }) => ({ status, error: new StreamRefused(stream, why) })),
]);

const failureSchema = z.strictObject({
  kind: z.enum(["ambiguous", "unavailable", "other"]),
  message: z.string().max(messageMax),
});

const answerSchema = z.union([
  z.strictObject({ version: z.literal(crossingVersion), outcomes: z.array(outcomeSchema) }),
  z.strictObject({ version: z.literal(crossingVersion), failure: failureSchema }),
]);

function writtenAnswer(
  answer: Answer<Outcome[]>,
): z.input<typeof answerSchema> extends infer A
  ? A extends unknown
    ? Omit<A, "version">
    : never
  : never {
  if ("failure" in answer) {
    const { kind, message } = answer.failure;
    return { failure: { kind, message: message.slice(0, messageMax) } };
  }
  return { outcomes: answer.outcomes.map(writtenOutcome) };
}

function writtenOutcome(outcome: Outcome): z.input<typeof outcomeSchema> {
  const { status } = outcome;
  if (status === "recorded") {
    const { remarks } = outcome;
    const position = outcome.position.toString();
    return remarks === undefined
      ? { status, position }
      : { status, position, remarks: [...remarks] };
  }
  if (status !== "failed") return outcome;
  const { stream, why } = outcome.error;
  return { status, stream, why };
}
