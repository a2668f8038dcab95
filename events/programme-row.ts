import { z } from "zod";
import type { EarlierVersion, Post, Told } from "./define.ts";
import { asItIs, day, event, freeText, identifier, nobody, nothing, sha256 } from "./define.ts";

/** What is said of a row that is recorded all the same: a rule that a policy pack has report. */
export const remark = z
  .object({ code: identifier, field: z.string(), message: z.string() })
  .strict();

/** What every row of the programme states. */
const ofEveryRow = {
  date: day,
  /** 部门 */
  department: z.string().optional(),
  /** 材料: what it rests on, by SHA-256. */
  documents: z.array(sha256).optional(),
  remarks: z.array(remark).optional(),
  free: freeText.optional(),
};

/** What the declaration of a row's event says besides. */
interface RowEvent<S extends z.ZodRawShape, Key extends string> {
  /** The category of its stream, where it is another than that of the programme. */
  readonly category?: string;
  readonly key: Key;
  readonly summary: string;
  /** What the row states beside what every row does. */
  readonly data: S;
  /** The member with its own id. */
  readonly reference: keyof S & string;
  tells?(data: z.output<z.ZodObject<S>>): Told;
  /** Its postings, where it moves money. */
  posts?(data: z.output<z.ZodObject<S>>, post: Post): void;
  /** What it stated in versions before, oldest first; this one allows all of it. */
  readonly earlier?: readonly z.ZodRawShape[];
}

/** Declares the event of a row of the programme. */
export function rowEvent<const S extends z.ZodRawShape, const Key extends string>({
  category = "programme",
  key,
  summary,
  data,
  reference,
  tells = nobody,
  posts = nothing,
  earlier = [],
}: RowEvent<S, Key>) {
  const schemaOf = <D extends z.ZodRawShape>(own: D) =>
    z.object({ ...ofEveryRow, ...own }).strict();
  const schema = schemaOf(data);
  const before = earlier.map((own): EarlierVersion => ({ data: schemaOf(own), lift: asItIs }));
  return event<typeof schema, Key>({
    category,
    key,
    summary,
    earlier: before,
    data: schema,
    tells: (said) => tells(said as never),
    posts: (said, post) => {
      posts(said as never, post);
    },
    reference: reference as never,
  });
}

/** An entity or a household by its number, of which a row names one. */
export const householdOrOrganisation = {
  household: identifier.optional(),
  organisation: identifier.optional(),
};

/** The sentence for the household that a row names, where it names one. */
export function tellsNamed(
  { household }: { readonly household?: string | undefined },
  sentence: string,
): Told {
  return household === undefined ? [] : [[household, sentence]];
}

/** What takes a row back says. */
export const corrected = {
  correction: identifier,
  /** The kind of the row, and its own id. */
  table: identifier,
  original: identifier,
  by: identifier,
  /** Whom the row named. */
  households: z.array(identifier),
};

/** The sentence of a correction for every household that the row named. */
export function tellsCorrected({
  correction,
  table,
  original,
  households,
}: z.output<z.ZodObject<typeof corrected>>): Told {
  return households.map((one) => [one, `更正 ${correction}：撤回 ${table} ${original}`]);
}
