import { z } from "zod";
import { parseDay } from "../domain/calendar.ts";
import { parseInstant } from "../words/instants.ts";

/** One thing that a question is told. */
export interface Parameter<T extends z.ZodType = z.ZodType> {
  /** How the API reads it; the description goes into the reference. */
  readonly schema: T;
  /** How the command line takes it; without this only the API has it. */
  readonly words?: Words;
}

/** A parameter as an argument (`<household>`) or an option (`--from <day>`) of a verb. */
export interface Words {
  readonly flags: string;
  readonly means: string;
  /** All that it may be; otherwise whatever the schema accepts. */
  readonly choices?: readonly string[];
  /** What a value is not that the schema refuses. */
  readonly wrong?: string;
}

/** The parameters of a question by name. */
export type Parameters = Readonly<Record<string, Parameter>>;

type SchemasOf<P extends Parameters> = { [N in keyof P]: P[N]["schema"] };

/** The values of a question's parameters, as they were read. */
export type Told<P extends Parameters> = z.output<z.ZodObject<SchemasOf<P>>>;

/** The schemas of some parameters by name: the shape of an object. */
export function schemasOf<P extends Parameters>(parameters: P): SchemasOf<P> {
  const schemas = Object.entries(parameters).map(([name, { schema }]) => [name, schema]);
  return Object.fromEntries(schemas) as SchemasOf<P>;
}

const positionMax = 2n ** 63n - 1n;

/** An id in a path or as a cursor. A database text cannot hold U+0000. */
export const idText = z
  .string()
  .max(200)
  .refine((text) => !text.includes("\u0000"));

/** A position of the log. */
export const positionText = z
  .string()
  .regex(/^\d{1,19}$/, { abort: true })
  .refine((digits) => BigInt(digits) <= positionMax);

const dayText = z
  .string()
  .refine((text) => parseDay(text) !== null)
  .transform((text) => parseDay(text) ?? text);

const noDay = "It is no day of the calendar written as YYYY-MM-DD or YYYY/M/D.";

const knownAtText = z
  .string()
  .refine((text) => positionText.safeParse(text).success || parseInstant(text) !== null);

/** Parameters of every question over HTTP; `knownAt` is `--known-at` on the command line. */
export const asOfSchemas = {
  knownAt: knownAtText
    .optional()
    .describe("as known then: a position or an RFC 3339 instant; otherwise all that is projected"),
  atLeast: positionText
    .optional()
    .describe("a position that the answer must include: waits up to 10 s, then 503"),
};

/** Which household, as a path names it. */
export const household = {
  schema: idText.describe("户编号"),
  words: { flags: "<household>", means: "户编号" },
};

/** Which organisation, as a path names it. */
export const organisation = { schema: idText.describe("主体编号") };

/** Which register, as a path names it. */
export const register = { schema: idText.describe("股权登记簿") };

/** Which contract, as a path names it. */
export const contract = {
  schema: idText.describe("合同编号"),
  words: { flags: "<contract>", means: "合同编号" },
};

/** Which plan, as a path names it. */
export const plan = {
  schema: idText.describe("计划编号"),
  words: { flags: "<plan>", means: "计划编号" },
};

/** A period by 业务日期, both days included. It must not end before it begins. */
export const period = {
  from: {
    schema: dayText.optional().describe("first 业务日期, included: YYYY-MM-DD"),
    words: {
      flags: "--from <day>",
      means: "first 业务日期, included (YYYY-MM-DD)",
      wrong: noDay,
    },
  },
  to: {
    schema: dayText.optional().describe("last 业务日期, included: YYYY-MM-DD"),
    words: { flags: "--to <day>", means: "last 业务日期, included", wrong: noDay },
  },
};

/** The day at whose end something is asked. */
export const on = {
  schema: dayText.optional().describe("at the end of this day: YYYY-MM-DD; otherwise of all days"),
  words: {
    flags: "--on <day>",
    means: "at the end of this 业务日期 (YYYY-MM-DD)",
    wrong: noDay,
  },
};

/** The day that something is asked of, which must be given. */
export const onNeeded = { schema: dayText.describe("of this day: YYYY-MM-DD") };

/** The code of an administrative division. */
export const division = {
  schema: z
    .string()
    .regex(/^\d{2,12}$/)
    .optional()
    .describe("行政区划: the digits of a division, 2 to 12; otherwise of none"),
};

/** The largest page of a list. */
export const limitMax = 1_000;

const limit = {
  schema: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .transform(Number)
    .refine((count) => count <= limitMax)
    .default(100)
    .describe("at most so many, 1 to 1,000"),
};

/** A page of a list that goes by id. */
export const pageById = {
  after: {
    schema: idText.default("").describe("entries after this id: `next` of the page before"),
  },
  limit,
};

/** A page of a list that goes by position. */
export const pageByPosition = {
  after: {
    schema: positionText
      .default("0")
      .describe("entries after this position: `next` of the page before"),
  },
  limit,
};
