import type { Command } from "commander";
import type { KnownAt } from "../queries/as-of.ts";
import type { TrailEntry } from "../queries/trail.ts";
import { trail } from "../queries/trail.ts";
import type { KnownAtChoice } from "./choices.ts";
import type { Output } from "./output.ts";
import { tableText } from "./output.ts";
import type { Runner, Session } from "./session.ts";
import { answerableAt } from "./session.ts";
import { knownAtWords, withKnownAt } from "./statement.ts";
import { inShanghai } from "../words/instants.ts";
import { counted } from "../words/numbers.ts";

/** `sunshine trail HOUSEHOLD` */
export function trailVerb(program: Command, run: Runner): void {
  const verb = program
    .command("trail")
    .summary("everything recorded about one household")
    .description("Everything recorded about one household, oldest first.")
    .argument("<household>", "户编号");
  withKnownAt(verb).action(async (household: string, options: { knownAt?: KnownAtChoice }) => {
    await run(verb, { table: true }, async (session) => {
      const knownAt = await answerableAt(session, options.knownAt);
      const entries = await wholeTrail(session, household, knownAt);
      await print(session.out, household, entries, knownAt);
      return 0;
    });
  });
}

const pageMax = 1_000;

async function wholeTrail(
  { ledger, signal }: Session,
  household: string,
  knownAt: KnownAt,
): Promise<TrailEntry[]> {
  const entries: TrailEntry[] = [];
  for (let after = 0n; ; after = BigInt(entries.at(-1)?.position ?? 0n)) {
    const page = await trail(ledger, household, knownAt, { after, max: pageMax });
    entries.push(...page);
    if (page.length < pageMax) return entries;
    signal.throwIfAborted();
  }
}

async function print(
  out: Output,
  household: string,
  entries: readonly TrailEntry[],
  knownAt: KnownAt,
): Promise<void> {
  switch (out.format) {
    case "json":
      return out.json({ household, entries });
    case "csv":
      return out.csv(
        ["household", "position", "event", "type", "recordedAt", "effectiveDate", "actor"].concat([
          "reference",
          "summary",
          "note",
        ]),
        entries.map(({ position, event, type, recordedAt, effectiveDate, actor, ...entry }) => [
          household,
          position,
          event,
          type,
          recordedAt,
          effectiveDate,
          actor,
          entry.reference,
          entry.summary,
          noteWords(entry.note).join("; "),
        ]),
      );
    case "people": {
      const columns = [
        { title: "业务日期" },
        { title: "摘要 what" },
        { title: "编号 reference" },
        { title: "recorded" },
        { title: "by" },
        { title: "position", align: "right" },
      ] as const;
      const rows = entries.map((entry) => [
        entry.effectiveDate,
        [entry.summary, ...noteWords(entry.note)].join("\n"),
        entry.reference ?? "",
        inShanghai(entry.recordedAt),
        entry.actor,
        entry.position,
      ]);
      return out.people(
        `户 Household ${household}: ${counted(entries.length, "entry", "entries")}, oldest first`,
        "",
        tableText(columns, rows),
        "",
        knownAtWords(knownAt),
      );
    }
  }
}

function noteWords(note: TrailEntry["note"]): string[] {
  return Object.entries(note ?? {}).map(([column, text]) => `${column}: ${text}`);
}
