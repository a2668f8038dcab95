import { packEvents } from "../../events/pack.ts";
import type { Facts } from "./facts.ts";
import { streams } from "./facts.ts";
import { fold } from "./fold.ts";
import type { Answer, Pack } from "./packs.ts";
import { basePack, parameterOn, turnOn } from "./packs.ts";
import type { ParameterName, ParameterValue, Turn } from "./parameters.ts";

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
  /** What becomes of a row that a code speaks of, one that a pack may turn. */
  turn(code: string): Turn;
  /** The packs that have answered, with a blank between two; undefined where the base did alone. */
  readonly answered: string | undefined;
}

/** The policy for a row of a day and a division (`""` where it has none). */
export function policyFor(day: string, division: string, facts: Facts): Policy {
  const answered = new Set<string>();
  const packs = (): readonly Pack[] => facts.state(recordedPacks, streams.pack());
  const said = <V>({ value, pack }: Answer<V>): V => {
    answered.add(pack);
    return value;
  };
  return {
    value: (name) => said(parameterOn(name, day, division, packs())),
    turn: (code) => said(turnOn(code, day, division, packs())),
    get answered() {
      const ids = [...answered].sort();
      return ids.every((pack) => pack === basePack) ? undefined : ids.join(" ");
    },
  };
}
