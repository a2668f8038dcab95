import type { Command } from "commander";
import { rebuild } from "../app/rebuild.ts";
import { UsageError } from "./failure.ts";
import { tableText } from "./output.ts";
import { progress } from "./progress.ts";
import type { Runner, Session } from "./session.ts";
import { grouped } from "../words/numbers.ts";

/** `sunshine rebuild [PROJECTION…]` */
export function rebuildVerb(program: Command, run: Runner): void {
  const verb = program
    .command("rebuild")
    .summary("derive what is shown from the log anew")
    .description("Derives projections from the log anew, beside the ones in use, and swaps them.")
    .argument("[projection...]", "which ones (default: all)");
  verb.action(async (names: string[]) => {
    await run(verb, { table: true, mayBeAhead: true }, async (session) => {
      const wanted = chosen(session, names);
      const { ledger, out, signal } = session;
      const bar = progress("rebuilding");
      const onProgress = (position: bigint, head: bigint) => {
        signal.throwIfAborted();
        bar.update(Number(position), Number(head));
      };
      const rebuilt = await rebuild(ledger.pool, ledger.log, wanted, onProgress).finally(bar.stop);
      const rows = Object.entries(rebuilt).map(([name, { events, seconds }]) => [
        name,
        String(events),
        String(seconds),
      ]);
      switch (out.format) {
        case "json":
          await out.json({ projections: rebuilt });
          break;
        case "csv":
          await out.csv(["projection", "events", "seconds"], rows);
          break;
        case "people":
          await out.people(
            tableText(
              [
                { title: "projection" },
                { title: "events", align: "right" },
                { title: "seconds", align: "right" },
              ],
              rows.map(([name = "", events = "", seconds = ""]) => [
                name,
                grouped(events),
                seconds,
              ]),
            ),
          );
      }
      return 0;
    });
  });
}

function chosen({ ledger: { projections } }: Session, names: readonly string[]) {
  const known = projections.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`there is no projection ${unknown}; there are ${known.join(", ")}`);
  }
  return names.length === 0 ? projections : projections.filter(({ name }) => names.includes(name));
}
