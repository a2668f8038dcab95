import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { deliveredPacks } from "../domain/delivered-packs.ts";
import { systemCode } from "../exchange/text-encoding.ts";
import { packInForce, packsKnown } from "../queries/packs.ts";
import { division, onNeeded } from "../queries/parameters.ts";
import { knownAtWords } from "../queries/presentation.ts";
import type { KnownAtChoice } from "./choices.ts";
import { withKnownAt } from "./choices.ts";
import { refused, submit } from "./command.ts";
import { UsageError } from "./failure.ts";
import type { Runner } from "./session.ts";
import { answerableAt } from "./session.ts";

/** `sunshine pack add|list|show` */
export function packVerb(program: Command, run: Runner): void {
  const pack = program
    .command("pack")
    .summary("policy packs: what a county's rules say, by date")
    .description(
      "Policy packs set what differs by county: how long a notice hangs, in which days, what a " +
        "quorum is. What no pack says is as base/1 has it.",
    );
  addVerb(pack, run);
  listVerb(pack, run);
  showVerb(pack, run);
}

function addVerb(pack: Command, run: Runner): void {
  const ids = deliveredPacks.map(({ id }) => id).join(", ");
  const verb = pack
    .command("add")
    .description(
      `Puts a pack in force for what is recorded after it. These come with the ledger: ${ids}.`,
    )
    .argument("<pack>", "a file with a pack in JSON, or the id of one that comes with the ledger")
    .requiredOption("--by <name>", "who puts it in force");
  verb.action(async (named: string) => {
    const { by } = verb.opts<{ by: string }>();
    const text = await textOf(named);
    await run(verb, { table: false }, async (session) => {
      const done = await submit(session, "packs", { 政策包: text, 经办人: by });
      if ("code" in done) return refused(session, done);
      const { position: head } = await answerableAt(session);
      const known = await packsKnown(session.ledger.reads.pool, head);
      const id = idOf(text);
      const position = known.find((one) => one.pack === id)?.position;
      const alreadyRecorded = done.status === "alreadyRecorded";
      if (session.out.format === "json") {
        await session.out.json({ pack: id, position, alreadyRecorded });
      } else {
        const words = alreadyRecorded ? "is recorded already" : "is in force";
        await session.out.people(`政策包 pack ${id} ${words}: position ${position ?? ""}`);
      }
      return 0;
    });
  });
}

/** The text of a pack's file; the id itself where it is that of one that comes with the ledger. */
async function textOf(named: string): Promise<string> {
  if (deliveredPacks.some(({ id }) => id === named)) return named;
  try {
    return (await readFile(named, "utf8")).replace(/^\uFEFF/, "");
  } catch (error) {
    throw new UsageError(`${named} cannot be read (${systemCode(error)}), and no pack has this id`);
  }
}

/** The id of a pack that was taken as well formed. */
function idOf(text: string): string {
  if (deliveredPacks.some(({ id }) => id === text)) return text;
  return (JSON.parse(text) as { readonly id: string }).id;
}

function listVerb(pack: Command, run: Runner): void {
  const verb = pack.command("list").description("The packs in the order of recording.");
  withKnownAt(verb).action(async () => {
    const { knownAt: choice } = verb.opts<{ knownAt?: KnownAtChoice }>();
    await run(verb, { table: false }, async (session) => {
      const knownAt = await answerableAt(session, choice);
      const known = await packsKnown(session.ledger.reads.pool, knownAt.position);
      if (session.out.format === "json") await session.out.write(`${JSON.stringify(known)}\n`);
      else {
        const lines = known.map(({ pack: id, division: where = "all", from, until, position }) => {
          return `${id}: ${where}, ${from} to ${until ?? "…"}, position ${position}`;
        });
        await session.out.people(...lines, knownAtWords(knownAt));
      }
      return 0;
    });
  });
}

function showVerb(pack: Command, run: Runner): void {
  const verb = pack
    .command("show")
    .description("What holds on a day in a division, and which pack says so.")
    .requiredOption("--on <day>", "the day (YYYY-MM-DD)", (text) => {
      const read = onNeeded.schema.safeParse(text);
      if (read.success) return read.data;
      throw new InvalidArgumentError("It is no day of the calendar written as YYYY-MM-DD.");
    })
    .option("--division <code>", "行政区划, 2 to 12 digits", (text) => {
      const read = division.schema.safeParse(text);
      if (read.success) return read.data;
      throw new InvalidArgumentError("It is no code of a division: 2 to 12 digits.");
    });
  withKnownAt(verb).action(async () => {
    interface Wishes {
      on: string;
      division?: string;
      knownAt?: KnownAtChoice;
    }
    const { knownAt: choice, ...asked } = verb.opts<Wishes>();
    await run(verb, { table: false }, async (session) => {
      const knownAt = await answerableAt(session, choice);
      const found = await packInForce(session.ledger.reads.pool, asked, knownAt.position);
      if (session.out.format === "json") await session.out.json(found);
      else {
        const lines = Object.entries(found.parameters).map(
          ([name, { value, pack: by, clause }]) => {
            const why = clause === undefined ? "" : `, ${clause}`;
            return `${name}: ${JSON.stringify(value)} (${by}${why})`;
          },
        );
        await session.out.people(...lines, knownAtWords(knownAt));
      }
      return 0;
    });
  });
}
