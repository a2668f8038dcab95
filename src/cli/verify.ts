import type { Command } from "commander";
import type { Verification } from "../app/verify.ts";
import { verify } from "../app/verify.ts";
import type { Output } from "./output.ts";
import { tableText } from "./output.ts";
import { progress } from "./progress.ts";
import type { Runner } from "./session.ts";
import { answerableAt } from "./session.ts";
import { EventUnreadable } from "../ledger.ts";
import { counted, grouped } from "../words/numbers.ts";

/** `sunshine verify` */
export function verifyVerb(program: Command, run: Runner): void {
  const verb = program
    .command("verify")
    .summary("check that the ledger is in order")
    .description(
      "Checks every event of the log, derives everything that is shown from it anew, and compares.",
    );
  verb.action(async () => {
    await run(verb, { table: false, mayBeAhead: true }, async (session) => {
      const { ledger, out, signal } = session;
      const { position: head } = await answerableAt(session).catch(async (error: unknown) => {
        // What can be read of the log, and what is derived from that, is checked all the same.
        if (error instanceof EventUnreadable) return ledger.log.head();
        throw error;
      });
      const bar = progress("verifying");
      const onProgress = (position: bigint) => {
        signal.throwIfAborted();
        bar.update(Number(position), Number(head));
      };
      try {
        const { pool, log, projections } = ledger;
        const found = await verify(pool, log, projections, head, onProgress);
        bar.stop();
        await print(out, found);
        return found.ok ? 0 : 1;
      } finally {
        bar.stop();
      }
    });
  });
}

async function print(out: Output, found: Verification): Promise<void> {
  if (out.format === "json") return out.json(found);
  const { ok, events, checked, differences, void: voids = [] } = found;
  const rows = Object.entries(checked).map(([what, count]) => [what, grouped(count)]);
  const columns = [{ title: "checked" }, { title: "count", align: "right" }] as const;
  return out.people(
    ok
      ? `In order: ${counted(events, "event")}, and everything derived from them agrees.`
      : `NOT in order: ${counted(differences.length, "difference")} found.`,
    ...differences.map((difference) => `  ${difference}`),
    "",
    tableText(columns, rows),
    ...(voids.length === 0
      ? []
      : ["", `${counted(voids.length, "event")} void, which is in order.`]),
  );
}
