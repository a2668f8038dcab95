import { z } from "zod";
import { roundSteps } from "../../../events/programme-words.ts";
import { householdsOf } from "../../domain/programme/entities.ts";
import { countingNaming, isLive } from "../../domain/programme/programme.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { counts } from "../../domain/programme/recorded-row.ts";
import { collect } from "./counting.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, count } from "./figures.ts";
import { programmeAt } from "./known-programme.ts";
import { organisationsAt } from "./organisations.ts";
import type { Report } from "./report.ts";
import { liesIn } from "./roster.ts";

const words = Object.entries(roundSteps);
const day = z.string().nullable();

/** How far the year's collecting has come in each village and entity: `report rounds`. */
export const roundsReport: Report = {
  name: "rounds",
  summary: "How far the year's round of collecting has come, by village and entity",
  rows: "village (县/乡/行政村) and 主体编号",
  time: "year",
  figures: {
    ...Object.fromEntries(words.map(([, word]) => [word, beside(day)])),
    changed: count,
    counted: count,
    officers: count,
    late: beside(z.boolean()),
  },
  find: async (asked) => {
    const { pool, position, year, on, area, value } = asked;
    const kinds = ["rounds", "conditions", "officers", "bindings"] as const;
    const known = await programmeAt(pool, position, kinds);
    const { households, placeOf } = await asked.roster();
    const organisations = await organisationsAt(asked);
    const collected = collect();
    const steps = new Map<string, ProgrammeRow<"rounds">[]>();
    for (const { place } of households.values()) if (liesIn(place, area)) steps.set(place, []);
    for (const step of known.all("rounds")) {
      const { organisation, division } = step.data;
      if (step.data.year !== year || !counts(step, on)) continue;
      const place = placeOf(division ?? organisations.get(organisation ?? "")?.division);
      if (!liesIn(place, area)) continue;
      const row = organisation ?? place;
      steps.set(row, [...(steps.get(row) ?? []), step]);
    }
    const due = `${year}-${value("round.due")}`;
    const besides = new Map<string, Beside>();
    const officers = known.all("officers").filter((row) => row.data.post === "reporter");
    for (const [row, taken] of steps) {
      const dayOf = (kind: string) => taken.find(({ data }) => data.kind === kind)?.data.date;
      const done = taken.find(({ data }) => data.kind === "complete");
      if (done !== undefined) {
        const value = BigInt(done.data.changed ?? 0);
        collected.add(row, "changed", [{ ...known.factOf(done), value }]);
      }
      besides.set(row, {
        ...Object.fromEntries(words.map(([kind, word]) => [word, dayOf(kind) ?? null])),
        late: done === undefined ? on > due : done.data.date > due,
      });
      const isEntity = organisations.has(row);
      for (const officer of officers) {
        const { organisation, division } = officer.data;
        const isOurs = isEntity ? organisation === row : placeOf(division) === row;
        if (isOurs && isLive(known.programme, officer, due)) {
          collected.count(row, "officers", known.factOf(officer));
        }
      }
      const from = dayOf("collect");
      if (from === undefined) continue;
      const to = done?.data.date ?? on;
      const own = isEntity
        ? householdsOf(known.programme, row, on)
        : [...households.values()].flatMap(({ household, place }) =>
            place === row ? household : [],
          );
      for (const household of own) {
        const name = `households/${household}`;
        const stated = countingNaming(known.programme, name, "conditions", on);
        const first = stated.find(({ data }) => from <= data.date && data.date <= to);
        if (first !== undefined) collected.count(row, "counted", known.factOf(first));
      }
    }
    return { facts: listed(collected.facts), beside: besides };
  },
};
