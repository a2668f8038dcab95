import { z } from "zod";
import type { RiskDirection } from "../../../events/programme-finance-words.ts";
import { riskAccountKinds, riskDirections } from "../../../events/programme-finance-words.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { counts } from "../../domain/programme/recorded-row.ts";
import { changesOf } from "../../domain/programme/timelines.ts";
import type { Amount } from "./counting.ts";
import { amountsOf, collect } from "./counting.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, money, named } from "./figures.ts";
import type { KnownProgramme } from "./known-programme.ts";
import { programmeAt } from "./known-programme.ts";
import type { Report } from "./report.ts";
import type { Place, Roster } from "./roster.ts";
import { liesIn, placeOfRow } from "./roster.ts";

/** What came into each fund against risk and went out of it: `report risk-fund`. */
export const riskFundReport: Report = {
  name: "risk-fund",
  summary: "What came into each fund against risk, went out of it, and is there",
  rows: "账户编号",
  time: "day",
  figures: {
    kind: beside(z.string().describe("账户类型")),
    in: named("money"),
    out: named("money"),
    balance: money,
  },
  find: async ({ pool, position, on, area, roster }) => {
    const known = await programmeAt(pool, position, ["risk-fund"]);
    const { facts, add } = collect();
    const besides = new Map<string, Beside>();
    for (const { account, kind, place, flows } of accountsOf(known, await roster(), on)) {
      if (!liesIn(place, area)) continue;
      besides.set(account, { kind: riskAccountKinds[kind as keyof typeof riskAccountKinds] });
      for (const { direction, isIn, amounts } of flows) {
        const word = riskDirections[direction];
        add(account, `${isIn ? "in" : "out"}.${word}`, amounts, isIn ? 1n : -1n);
        add(account, "balance", amounts);
      }
    }
    return { facts: listed(facts), beside: besides };
  },
};

/** A fund against risk, and what moved in it by a day. */
interface Account {
  readonly account: string;
  /** A name of `riskAccountKinds`. */
  readonly kind: string;
  readonly place: Place;
  readonly flows: readonly Flow[];
}

interface Flow {
  readonly direction: RiskDirection;
  readonly isIn: boolean;
  /** What it adds to the balance, negative where it goes out. */
  readonly amounts: readonly Amount[];
}

/** The funds that are open on a day: a row of each counts on it. */
export function accountsOf(known: KnownProgramme, roster: Roster, on: string): readonly Account[] {
  const byAccount = new Map<string, ProgrammeRow<"risk-fund">[]>();
  for (const row of known.all("risk-fund")) {
    const own = byAccount.get(row.data.account);
    if (own === undefined) byAccount.set(row.data.account, [row]);
    else own.push(row);
  }
  return [...byAccount].flatMap(([account, rows]): Account[] => {
    if (!rows.some((row) => counts(row, on))) return [];
    // Rows before it that say the type were taken back, with all behind them.
    const openers = rows.filter(({ data }) => data.accountKind !== undefined);
    const opener = openers.find((row) => counts(row, on)) ?? openers[0];
    return [
      {
        account,
        kind: opener?.data.accountKind ?? "",
        place: placeOfRow(roster, { division: opener?.data.division }),
        flows: rows.flatMap((row) => flowsOf(known, row, on)),
      },
    ];
  });
}

function flowsOf(known: KnownProgramme, row: ProgrammeRow<"risk-fund">, on: string): Flow[] {
  return changesOf(row).map(({ by }) => {
    const direction = row.data.kind as RiskDirection;
    return { direction, isIn: by > 0n, amounts: amountsOf(known, row, by, { to: on }) };
  });
}
