import type { HerdAction } from "../../../events/programme-finance-words.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { headsBy } from "../../domain/programme/timelines.ts";
import type { Amount } from "./counting.ts";
import { amountsOf, collect } from "./counting.ts";
import { listed } from "./facts.ts";
import { count } from "./figures.ts";
import { programmeAt } from "./known-programme.ts";
import type { Report } from "./report.ts";
import { liesIn, placeOfRow } from "./roster.ts";

/** The figure that an action adds to on the row of who held the animals. */
const figureOf: Readonly<Record<HerdAction, string>> = {
  lend: "lent",
  breed: "born",
  giveBack: "returned",
  die: "died",
  sell: "sold",
  passOn: "given",
};

/** What became of animals that are lent: `report herd`. */
export const herdReport: Report = {
  name: "herd",
  summary: "What became of the animals that are lent to each household, and what it holds",
  rows: "借养编号/户编号",
  time: "day",
  figures: {
    lent: count,
    born: count,
    taken: count,
    given: count,
    returned: count,
    died: count,
    sold: count,
    held: count,
    owed: count,
  },
  find: async ({ pool, position, on, area, roster }) => {
    const known = await programmeAt(pool, position, ["herd"]);
    const places = await roster();
    const { facts, add } = collect();
    const put = (herd: string, household: string) => {
      const isHere = liesIn(placeOfRow(places, { household }), area);
      return (figure: string, amounts: readonly Amount[], sign?: 1n | -1n): void => {
        if (isHere) add(`${herd}/${household}`, figure, amounts, sign);
      };
    };
    const amounts = (row: ProgrammeRow<"herd">, heads: number): Amount[] => {
      return amountsOf(known, row, BigInt(heads), { to: on });
    };
    /** To whom each herd was lent with a promise; of one that is lent anew the last. */
    const owing = new Map<string, string>();
    for (const row of known.all("herd")) {
      const { kind, herd, household, recipient, heads, promised } = row.data;
      const moved = amounts(row, heads);
      put(herd, household)(figureOf[kind as HerdAction], moved);
      if (recipient !== undefined) put(herd, recipient)("taken", moved);
      for (const { household: holder, by } of headsBy(row.data)) {
        put(herd, holder)("held", moved, by > 0n ? 1n : -1n);
      }
      if (kind === "lend") owing.delete(herd);
      if (promised !== undefined) {
        owing.set(herd, household);
        put(herd, household)("owed", amounts(row, promised));
      }
      const ower = owing.get(herd);
      if (kind === "giveBack" && ower !== undefined) put(herd, ower)("owed", moved, -1n);
    }
    return { facts: listed(facts) };
  },
};
