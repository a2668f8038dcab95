import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { Period } from "../queries/as-of.ts";
import { endsBeforeItBegins } from "../queries/as-of.ts";
import type { Parameter, Words } from "../queries/parameters.ts";
import { parseInstant } from "../words/instants.ts";
import { UsageError } from "./failure.ts";

/** What `--known-at` chooses: a position, or the last one recorded by an instant. */
export type KnownAtChoice = { readonly position: bigint } | { readonly instant: string };

/** `--known-at`: digits are a position, anything else an RFC 3339 instant with its offset. */
export function parseKnownAt(text: string): KnownAtChoice {
  if (/^\d+$/.test(text)) return { position: BigInt(text) };
  const instant = parseInstant(text);
  if (instant !== null) return { instant };
  throw new InvalidArgumentError(
    "It is neither a position (digits) nor an instant like 2026-03-01T08:00:00+08:00.",
  );
}

/** Adds `--known-at` to a verb. */
export function withKnownAt(command: Command): Command {
  return command.option(
    "--known-at <position|instant>",
    "as it was known then: a position, or an instant like 2026-03-01T08:00:00+08:00",
    parseKnownAt,
  );
}

/** A parameter of a question as an option that refuses what the parameter's schema refuses. */
export function optionOf({ schema }: Parameter, { flags, means, choices, wrong }: Words): Option {
  const option = new Option(flags, means);
  if (choices !== undefined) return option.choices(choices);
  return option.argParser((text) => {
    const read = schema.safeParse(text);
    if (read.success) return read.data;
    throw new InvalidArgumentError(wrong ?? "It is malformed.");
  });
}

/** The period of `--from` and `--to`; throws `UsageError` when it ends before it begins. */
export function periodOf({ from, to }: Period): Period {
  if (endsBeforeItBegins({ from, to })) {
    throw new UsageError(`--from ${from ?? ""} is later than --to ${to ?? ""}`);
  }
  return { from, to };
}
