import { z } from "zod";
import type { ParameterName, ParameterValue, Turn } from "./parameters.ts";
import { day, isAbove, parameterNames, parameters, parseFraction, turnable } from "./parameters.ts";

const named = z.object({
  /** Any text that is not empty; the same id with other content is refused where it is recorded. */
  id: z.string().min(1),
  /** 2, 4, 6 or 9 digits that the division of a row begins with; absent: everywhere. */
  division: z
    .string()
    .regex(/^(\d{2}|\d{4}|\d{6}|\d{9})$/)
    .optional(),
  /** First and last day in force. */
  from: day,
  until: day.optional(),
  source: z.object({ title: z.string().min(1), number: z.string().min(1).optional() }).strict(),
  parameters: z.object(optionalSchemas()).strict(),
  rules: z.record(
    z.string().refine((code) => turnable.has(code), "a code that a pack may turn"),
    z.enum(["refuse", "report", "off"]),
  ),
  /** By name or code: where it stands in the source, and in what words. */
  clauses: z.record(
    z
      .string()
      .refine(
        (name) => Object.hasOwn(parameters, name) || turnable.has(name),
        "a name of this page",
      ),
    z.string().min(1),
  ),
});

/**
 * A policy pack as it is handed in (contract part 4, Policy packs). What does not fit is
 * `PackMalformed`: an unknown name, code or type, a name without its clause, an end before its
 * start.
 */
export const packSchema = named
  .strict()
  .refine(({ from, until }) => until === undefined || until >= from, "an end is not before a start")
  .refine(
    (pack) =>
      [...Object.keys(pack.parameters), ...Object.keys(pack.rules)].every((name) =>
        Object.hasOwn(pack.clauses, name),
      ),
    "each name has its clause",
  );

/** A policy pack. */
export type Pack = z.infer<typeof packSchema>;

/** What decides which pack answers, and what it says. */
export type PackTerms = Omit<Pack, "source">;

type OptionalSchemas = {
  [N in ParameterName]: z.ZodOptional<(typeof parameters)[N]["schema"]>;
};

function optionalSchemas(): OptionalSchemas {
  const optional = parameterNames.map((name) => [name, parameters[name].schema.optional()]);
  return Object.fromEntries(optional) as OptionalSchemas;
}

/** The pack that answers where no other does. */
export const basePack = "base/1";

/** What packs say on a day, and who says so. */
export interface Answer<V> {
  readonly value: V;
  /** Id of the pack. */
  readonly pack: string;
  readonly clause?: string;
}

/**
 * What a parameter says for a row: that of the pack which was recorded before the row (`recorded`,
 * in the order of recording), is in force on its day, names the parameter, and whose division
 * begins the row's (`""` where it has none). Of several the longest division, then the latest
 * `from`, then the one recorded last; of none `base/1`. Values are whole, never merged.
 */
export function parameterOn<N extends ParameterName>(
  name: N,
  day: string,
  division: string,
  recorded: readonly PackTerms[],
): Answer<ParameterValue<N>> {
  const base = parameters[name].base as ParameterValue<N>;
  const said = (pack: PackTerms) => pack.parameters[name] as ParameterValue<N> | undefined;
  return answerOn(name, day, division, recorded, said, base);
}

/** Likewise what becomes of a row that a code speaks of. */
export function turnOn(
  code: string,
  day: string,
  division: string,
  recorded: readonly PackTerms[],
): Answer<Turn> {
  const base = turnable.get(code);
  if (base === undefined) throw new Error(`no pack may turn ${code}`);
  return answerOn(code, day, division, recorded, ({ rules }) => rules[code], base);
}

function answerOn<V>(
  name: string,
  day: string,
  division: string,
  recorded: readonly PackTerms[],
  said: (pack: PackTerms) => V | undefined,
  base: V,
): Answer<V> {
  let best: PackTerms | undefined;
  for (const pack of recorded) {
    if (said(pack) === undefined || !isInForce(pack, day, division)) continue;
    if (best === undefined || !precedes(best, pack)) best = pack;
  }
  const value = best && said(best);
  if (best === undefined || value === undefined) return { value: base, pack: basePack };
  const clause = best.clauses[name];
  return { value, pack: best.id, ...(clause !== undefined && { clause }) };
}

function isInForce(pack: PackTerms, day: string, division: string): boolean {
  if (day < pack.from || (pack.until !== undefined && day > pack.until)) return false;
  return division.startsWith(pack.division ?? "");
}

/** Whether a pack answers before another that was recorded after it. */
function precedes(pack: PackTerms, later: PackTerms): boolean {
  const [length, other] = [pack.division?.length ?? 0, later.division?.length ?? 0];
  return length === other ? pack.from > later.from : length > other;
}

/** People at a 决议: 应到人数, 实到人数 and 同意人数. */
export interface Attendance {
  readonly due: number;
  readonly present: number;
  readonly agreed: number;
}

/**
 * Whether a decision counts (`QuorumNotMet`): of those due at least the one fraction was present,
 * of those present more than the other agreed, and neither is more than there were.
 */
export function isQuorate(
  { due, present, agreed }: Attendance,
  quorum: {
    readonly present: ParameterValue<"quorum.present">;
    readonly agreed: ParameterValue<"quorum.agreed">;
  },
): boolean {
  if (present > due || agreed > present) return false;
  const were = { part: BigInt(present), of: BigInt(due) };
  const said = { part: BigInt(agreed), of: BigInt(present) };
  return (
    !isAbove(parseFraction(quorum.present), were) && isAbove(said, parseFraction(quorum.agreed))
  );
}
