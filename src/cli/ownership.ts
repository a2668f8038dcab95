import type { Command } from "commander";
import type { Ownership } from "../queries/ownership.ts";
import { ownership } from "../queries/ownership.ts";
import type { KnownAt } from "../queries/as-of.ts";
import type { KnownAtChoice } from "./choices.ts";
import { parseDayOption } from "./choices.ts";
import type { Output } from "./output.ts";
import { tableText } from "./output.ts";
import type { Runner } from "./session.ts";
import { answerableAt } from "./session.ts";
import { knownAtWords, withKnownAt } from "./statement.ts";
import { counted, grouped } from "../words/numbers.ts";

interface OwnershipOptions {
  readonly on?: string;
  readonly knownAt?: KnownAtChoice;
}

/** `sunshine ownership HOUSEHOLD|REGISTER` */
export function ownershipVerb(program: Command, run: Runner): void {
  const verb = program
    .command("ownership")
    .summary("shares a household holds, or who holds a register")
    .description("Shares that a household holds, by register, or that a register's holders have.")
    .argument("<household|register>", "户编号 or 股权登记簿")
    .option("--on <day>", "at the end of this 业务日期 (YYYY-MM-DD)", parseDayOption);
  withKnownAt(verb).action(async (id: string, options: OwnershipOptions) => {
    await run(verb, { table: true }, async (session) => {
      const knownAt = await answerableAt(session, options.knownAt);
      const owned = await ownership(session.ledger, id, knownAt, options.on);
      await print(session.out, id, owned, knownAt, options.on);
      return 0;
    });
  });
}

async function print(
  out: Output,
  id: string,
  owned: Ownership,
  knownAt: KnownAt,
  on: string | undefined,
): Promise<void> {
  const of = "registers" in owned ? "register" : "household";
  const held = Object.entries("registers" in owned ? owned.registers : owned.holders);
  switch (out.format) {
    case "json":
      return out.json(owned);
    case "csv":
      return out.csv(
        ["register", "household", "shares"],
        held.map(([other, shares]) =>
          of === "register" ? [other, id, shares] : [id, other, shares],
        ),
      );
    case "people": {
      const when = on === undefined ? "" : ` at the end of ${on}`;
      const rows = held.map(([other, shares]) => [other, grouped(shares)]);
      const shares = { title: "股 shares", align: "right" } as const;
      const table =
        "registers" in owned
          ? tableText([{ title: "股权登记簿 register" }, shares], rows)
          : tableText(
              [{ title: "户 household" }, shares],
              [...rows, ["合计 total", grouped(owned.shares)]],
            );
      const what =
        "registers" in owned
          ? `户 Household ${id} holds shares in ${counted(held.length, "register")}${when}.`
          : `股权登记簿 Register ${id} has ${counted(held.length, "holder")}${when}.`;
      return out.people(what, ...(held.length === 0 ? [] : ["", table]), "", knownAtWords(knownAt));
    }
  }
}
