import type { KindName } from "../domain/kinds.ts";
import { kindOf } from "../domain/kinds.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { CommandContext } from "./commands.ts";
import type { Settled, Submitter } from "./group-commit.ts";

/** What became of a command that was not refused. */
export type Done = Exclude<Settled, { readonly status: "refused" }>;

/** Gives one row of a kind; answers why it is refused, where it is. */
export async function submitRow(
  { submitter }: { readonly submitter: Submitter },
  kind: KindName,
  cells: Readonly<Record<string, string>>,
  context: CommandContext,
): Promise<Refusal | Done> {
  const parsed = kindOf(kind).parse({ cells });
  if (!parsed.ok) return parsed.refusal;
  const outcome = await submitter.submit(kind, parsed.command, context);
  return outcome.status === "refused" ? outcome.refusal : outcome;
}

/** Where it was recorded; undefined where it had been before. */
export function positionOf(done: Done): bigint | undefined {
  return done.status === "recorded" ? done.position : undefined;
}
