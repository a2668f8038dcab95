import { packEvents } from "../../events/pack.ts";
import type { Facts } from "./facts.ts";
import { streams } from "./facts.ts";
import { fold } from "./fold.ts";
import type { Pack, ParameterName, ParameterValue } from "./packs.ts";
import { basePack, parameterOn } from "./packs.ts";

/** Every policy pack that was recorded, in the order of recording. */
const recordedPacks = fold(packEvents, (): Pack[] => [], {
  PackAdded: (packs, { data }) => {
    const { pack, by: _by, parameters, ...rest } = data;
    const values = Object.entries(parameters).map(([name, value]): [string, unknown] => [
      name,
      JSON.parse(value),
    ]);
    packs.push({ id: pack, ...rest, parameters: Object.fromEntries(values) } as Pack);
  },
});

/** What the rules of one row may ask of the packs that are in force for it. */
export interface Policy {
  /** What a parameter says. */
  value<N extends ParameterName>(name: N): ParameterValue<N>;
  /** The packs that have answered, with a blank between two; undefined where the base did alone. */
  readonly answered: string | undefined;
}

/** The policy for a row of a day and a division (`""` where it has none). */
export function policyFor(day: string, division: string, facts: Facts): Policy {
  const answered = new Set<string>();
  return {
    value: (name) => {
      const packs = facts.state(recordedPacks, streams.pack());
      const { value, pack } = parameterOn(name, day, division, packs);
      answered.add(pack);
      return value;
    },
    get answered() {
      const packs = [...answered].sort();
      return packs.every((pack) => pack === basePack) ? undefined : packs.join(" ");
    },
  };
}
