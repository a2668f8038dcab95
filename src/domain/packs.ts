import { z } from "zod";
import { parseDay } from "./calendar.ts";
import { toUnits } from "./decimal.ts";

const day = z.string().refine((text) => parseDay(text) === text, "a day, YYYY-MM-DD");
const days = z.array(day);
const countMax = 999_999;
const count = z.int().min(0).max(countMax);
/** A part of a whole: `2/3`, or up to 6 decimals. */
const fraction = z
  .string()
  .regex(/^([1-9]\d{0,5}\/[1-9]\d{0,5}|0\.\d{1,6}|1)$/)
  .refine((text) => !isAbove(parseFraction(text), whole), "a part is at most the whole");
const ratio = z.string().regex(/^(0|0\.\d{0,5}[1-9]|1)$/);

/**
 * The parameters that a policy pack may set: the type of each, what it says in `base/1` (contract
 * part 4, Policy packs), and what it means. A page that adds parameters adds lines.
 */
export const parameters = {
  /** Days that a notice runs at the least, first and last included. */
  "notice.days": { schema: count, base: 10 },
  /** Those are working days: Monday to Friday, less `holidays` and plus `workdays`. */
  "notice.working": { schema: z.boolean(), base: false },
  holidays: { schema: days, base: [] },
  workdays: { schema: days, base: [] },
  /** Different 渠道 by which an end is announced, at the least (归档). */
  "notice.channels": { schema: count, base: 2 },
  /** 实到人数 of 应到人数, at least. */
  "quorum.present": { schema: fraction, base: "2/3" },
  /** 同意人数 of 实到人数, more than. */
  "quorum.agreed": { schema: fraction, base: "1/2" },
  /** 比例 of 按交易量, at least. */
  "patronage.floor": { schema: ratio, base: "0.6" },
  /** Days after which an unanswered payment may be given up. */
  "settle.days": { schema: count, base: 30 },
} as const;

/** Name of a parameter. */
export type ParameterName = keyof typeof parameters;
/** All of them. */
export const parameterNames = Object.keys(parameters) as readonly ParameterName[];
/** What a parameter says. */
export type ParameterValue<N extends ParameterName> = z.infer<(typeof parameters)[N]["schema"]>;

/** Codes that a pack may turn; none stands on the page of distribution. */
const turnable: ReadonlySet<string> = new Set();

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
export type PackTerms = Pick<Pack, "id" | "division" | "from" | "until" | "parameters" | "clauses">;

type OptionalSchemas = {
  [N in ParameterName]: z.ZodOptional<(typeof parameters)[N]["schema"]>;
};

function optionalSchemas(): OptionalSchemas {
  const optional = Object.entries(parameters).map(([name, { schema }]) => [
    name,
    schema.optional(),
  ]);
  return Object.fromEntries(optional) as OptionalSchemas;
}

/** The pack that answers where no other does. */
export const basePack = "base/1";

/** What a parameter says on a day, and who says so. */
export interface Answer<N extends ParameterName> {
  readonly value: ParameterValue<N>;
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
): Answer<N> {
  let best: PackTerms | undefined;
  for (const pack of recorded) {
    if (pack.parameters[name] === undefined || !isInForce(pack, day, division)) continue;
    if (best === undefined || !precedes(best, pack)) best = pack;
  }
  if (best === undefined)
    return { value: parameters[name].base as unknown as ParameterValue<N>, pack: basePack };
  const value = best.parameters[name] as ParameterValue<N>;
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

/** A part of a whole as two whole numbers. */
export interface Fraction {
  readonly part: bigint;
  readonly of: bigint;
}

const whole: Fraction = { part: 1n, of: 1n };

/** A fraction as a pack says it: `2/3`, or a decimal of up to 6 places. */
export function parseFraction(text: string): Fraction {
  const [part = "", of] = text.split("/");
  if (of !== undefined) return { part: BigInt(part), of: BigInt(of) };
  return { part: toUnits(part, 6), of: 1_000_000n };
}

/** Whether one fraction is above another, exactly. */
export function isAbove(left: Fraction, right: Fraction): boolean {
  return left.part * right.of > right.part * left.of;
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
