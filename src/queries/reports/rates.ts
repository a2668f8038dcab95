import { z } from "zod";
import { contractKindName, shareContractName } from "../../../events/legs.ts";
import { perTenThousand, toUnits } from "../../domain/decimal.ts";
import { isAbove, parseFraction } from "../../domain/parameters.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, besideNumber } from "./figures.ts";
import { organisationsAt } from "./organisations.ts";
import type { Report } from "./report.ts";
import { liesIn, placeOfRow } from "./roster.ts";
import { areTermsOf, termsKnown } from "./terms-known.ts";

const millionths = 1_000_000n;

/** What contracts promise beside what others of their type do: `report rates`. */
export const ratesReport: Report = {
  name: "rates",
  summary: "Interest and shares that contracts in force promise, beside the median of their type",
  rows: "合同编号",
  time: "day",
  figures: {
    type: beside(z.string().describe("合同类型")),
    rate: besideNumber(z.string().describe("4 decimals")),
    median: besideNumber(z.string().describe("4 decimals")),
    outlier: beside(z.boolean()),
  },
  find: async (asked) => {
    const { pool, position, on, area, value } = asked;
    const { rows } = await pool.query<{
      contract: string;
      kind: string;
      organisation: string;
      household: string | null;
      rate: string;
    }>(
      `WITH ${termsKnown}
       SELECT t.contract, c.kind, c.organisation, t.household,
         coalesce(t.rate, t.profit_share, t.return_ratio)::text AS rate
       FROM terms t JOIN read.contracts c USING (contract)
       WHERE coalesce(t.rate, t.profit_share, t.return_ratio) IS NOT NULL
         AND ${areTermsOf("$2::date")} AND t.in_force_from <= $2
         AND coalesce(t.in_force_to >= $2, true)`,
      [position, on],
    );
    const roster = await asked.roster();
    const organisations = await organisationsAt(asked);
    const lying = rows.filter(({ household, organisation }) => {
      const { division } = organisations.get(organisation) ?? {};
      return liesIn(placeOfRow(roster, { household, division }), area);
    });
    const byKind = new Map<string, bigint[]>();
    for (const { kind, rate } of lying) {
      byKind.set(kind, [...(byKind.get(kind) ?? []), toUnits(rate, 6)]);
    }
    const [least, most] = value("rates.spread");
    const besides = new Map<string, Beside>();
    for (const { contract, kind, rate } of lying) {
      const doubled = doubledMedian(byKind.get(kind) ?? []);
      const fraction = { part: 2n * toUnits(rate, 6), of: doubled };
      const outlier =
        isAbove(parseFraction(least), fraction) || isAbove(fraction, parseFraction(most));
      besides.set(contract, {
        type: kind === "shares" ? shareContractName : contractKindName(kind),
        rate: perTenThousand(toUnits(rate, 6), millionths),
        median: perTenThousand(doubled, 2n * millionths),
        outlier,
      });
    }
    return { facts: listed([]), beside: besides };
  },
};

/** Twice the median of some numbers: the two in the middle, or the one twice. */
function doubledMedian(numbers: readonly bigint[]): bigint {
  const sorted = [...numbers].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low ?? 0n) + (high ?? 0n);
}
