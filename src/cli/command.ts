import { userInfo } from "node:os";
import { kindOf } from "../domain/kinds.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Done } from "../write/submit-row.ts";
import type { ExitStatus } from "./failure.ts";
import type { Session } from "./session.ts";
import { reach } from "./session.ts";
import { terminal } from "./terminal.ts";

/** Who runs the program. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

/** Says why a command is refused. */
export async function refused(
  { out }: Session,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<ExitStatus> {
  if (out.format === "json") await out.json({ error: { code, message } });
  terminal().stderr.write(`sunshine: ${code}: ${message}\n`);
  return 1;
}

/** Gives a command, and waits until answers include it; or says why it is refused. */
export async function submit(
  { ledger, signal }: Session,
  name: string,
  cells: Readonly<Record<string, string>>,
): Promise<Refusal | Done> {
  // First of all: what is malformed opens no ledger.
  const parsed = kindOf(name).parse({ cells });
  if (!parsed.ok) return parsed.refusal;
  await ledger.open({ demo: false });
  const outcome = await ledger.submitter.submit(name, parsed.command, { actor: userName() });
  if (outcome.status === "refused") return outcome.refusal;
  if (outcome.status === "recorded") await reach(ledger, outcome.position, signal);
  return outcome;
}
