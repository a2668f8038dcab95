import type { Command } from "commander";
import type { Rebuilt } from "../app/rebuild.ts";
import { rebuild, rebuildIndex } from "../app/rebuild.ts";
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
    .argument("[projection...]", `which ones, or ${indexName} (default: all)`)
    .option("--give-up-lost", "give up events that only the index of an EventStoreDB log knows")
    .option("--adopt", "make this the database by way of which an EventStoreDB log is written");
  verb.action(async (names: string[], given: Given) => {
    await run(verb, { table: true, mayBeAhead: true }, async (session) => {
      const wanted = chosen(session, names);
      const { out, signal } = session;
      const bar = progress("rebuilding");
      const onProgress = (position: bigint, head: bigint) => {
        signal.throwIfAborted();
        bar.update(Number(position), Number(head));
      };
      const rebuilt = await rebuildChosen(session, names, wanted, given, onProgress).finally(
        bar.stop,
      );
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

interface Given {
  readonly giveUpLost?: boolean;
  readonly adopt?: boolean;
}

type OnProgress = (position: bigint, head: bigint) => void;

async function rebuildChosen(
  { ledger: { pool, log } }: Session,
  names: readonly string[],
  projections: Session["ledger"]["projections"],
  { adopt, giveUpLost = false }: Given,
  onProgress: OnProgress,
): Promise<Record<string, Rebuilt>> {
  if (adopt === true) await log.adopt();
  const options = { givesUpLost: giveUpLost, onProgress };
  const isWanted = isIndexWanted(names);
  const index = isWanted ? await rebuildIndex(log, options) : {};
  if (projections.length === 0) return index;
  if (!isWanted && !giveUpLost) await log.refuseLost();
  return { ...index, ...(await rebuild(pool, log, projections, onProgress)) };
}

/** What EventStoreDB has besides projections. */
const indexName = "event_index";

function isIndexWanted(names: readonly string[]): boolean {
  return names.length === 0 || names.includes(indexName);
}

function chosen({ ledger: { projections, log } }: Session, names: readonly string[]) {
  const ofLog = log.engine === "eventstoredb" ? [indexName] : [];
  const known = [...ofLog, ...projections.map(({ name }) => name)];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`there is no projection ${unknown}; there are ${known.join(", ")}`);
  }
  return names.length === 0 ? projections : projections.filter(({ name }) => names.includes(name));
}
