import { z } from "zod";
import { painVersions } from "./pain-instruction.ts";

/** What stands in a cell of a line; `text` is what the payee reads, `empty` is passed over. */
const cell = z.enum([
  "batch",
  "date",
  "number",
  "account",
  "holder",
  "bank",
  "amount",
  "endToEndId",
  "text",
  "resultCode",
  "resultText",
  "empty",
]);

/** What stands in a cell of the first or last line of a text file. */
const total = z.enum([
  "batch",
  "date",
  "count",
  "total",
  "creditedCount",
  "creditedTotal",
  "empty",
]);

const columns = z
  .array(z.strictObject({ title: z.string().min(1).max(40), is: cell }))
  .min(1)
  .max(40)
  .describe("the cells of a line, in their order");

const textFile = z.strictObject({
  format: z.literal("text"),
  encoding: z.enum(["utf-8", "utf-8-bom", "gb18030", "gbk"]),
  lineEnd: z.enum(["CRLF", "LF"]),
  delimiter: z.string().min(1).max(3).describe("what parts cells; no cell is ever quoted"),
  first: z.array(total).min(1).max(20).optional().describe("the first line, where it has totals"),
  titles: z.boolean().default(false).describe("whether a line of titles comes before the others"),
  last: z.array(total).min(1).max(20).optional().describe("the last line, where it has totals"),
  columns,
});

const sheet = z
  .strictObject({ format: z.literal("sheet"), columns })
  .describe("the first visible sheet of a workbook (.xlsx), the titles above the lines");

const layout = z.discriminatedUnion("format", [textFile, sheet]);

const result = z.union([
  z.strictObject({ outcome: z.literal("credited") }),
  z.strictObject({ outcome: z.literal("returned"), reason: z.string().regex(/^[A-Z0-9]{4}$/) }),
]);

/**
 * A bank's own pair of files, as data: the instruction that it takes and the answer that it gives.
 * A bureau describes its bank in a JSON file of this shape.
 */
export const bankProfile = z
  .strictObject({
    profile: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,39}$/)
      .refine((name) => !painVersions.some((version) => version === name), "is taken"),
    instruction: layout,
    answer: layout,
    results: z.record(z.string().min(1).max(20), result).describe("by the code that a line says"),
    otherwise: result.describe("where a code is none of those"),
  })
  .superRefine(({ instruction, answer }, context) => {
    const need = (side: "instruction" | "answer", says: Set<string>, names: string[]): void => {
      for (const name of names.filter((one) => !says.has(one))) {
        context.addIssue({ code: "custom", path: [side], message: `says nowhere the ${name}` });
      }
    };
    const written = ["account", "holder", "amount", "endToEndId"];
    need("instruction", lineOf(instruction), written);
    need("instruction", new Set([...lineOf(instruction), ...totalsOf(instruction)]), ["batch"]);
    need("answer", lineOf(answer), ["amount", "endToEndId", "resultCode"]);
    // What the whole file is about has to be known before its first payment.
    need("answer", new Set([...lineOf(answer), ...totalsOf(answer, "first")]), ["batch", "date"]);
  });

/** A bank's own pair of files. */
export type Profile = z.infer<typeof bankProfile>;
/** How one of its two files looks. */
export type Layout = z.infer<typeof layout>;
/** A text file of lines. */
export type TextLayout = z.infer<typeof textFile>;
/** What stands in a cell of a line. */
export type CellName = z.infer<typeof cell>;
/** What stands in a cell of a first or last line. */
export type TotalName = z.infer<typeof total>;

function lineOf({ columns: cells }: Layout): Set<string> {
  return new Set(cells.map(({ is }) => is));
}

function totalsOf(used: Layout, only?: "first"): readonly string[] {
  if (used.format === "sheet") return [];
  return [...(used.first ?? []), ...(only === undefined ? (used.last ?? []) : [])];
}

const columnsOfExamples = [
  { title: "序号", is: "number" },
  { title: "账号", is: "account" },
  { title: "户名", is: "holder" },
  { title: "金额", is: "amount" },
  { title: "摘要", is: "endToEndId" },
] as const;
const columnsOfAnswers = [
  { title: "结果码", is: "resultCode" },
  { title: "结果说明", is: "resultText" },
] as const;
const columnsOfSheet = [
  { title: "批次号", is: "batch" },
  { title: "日期", is: "date" },
  ...columnsOfExamples,
] as const;
const resultsOfExamples = {
  "0000": { outcome: "credited" },
  "0001": { outcome: "returned", reason: "AC01" },
  "0002": { outcome: "returned", reason: "BE01" },
  "0003": { outcome: "returned", reason: "AC04" },
  "0004": { outcome: "returned", reason: "AC06" },
} as const;
const textOfExample = {
  format: "text",
  encoding: "gb18030",
  lineEnd: "CRLF",
  delimiter: "|",
} as const;
const firstOfExample = ["batch", "count", "total", "date"] as const;

/** The two examples that come with the ledger; no bank's own. */
export const exampleProfiles: readonly Profile[] = [
  bankProfile.parse({
    profile: "example-xlsx",
    instruction: { format: "sheet", columns: columnsOfSheet },
    answer: { format: "sheet", columns: [...columnsOfSheet, ...columnsOfAnswers] },
    results: resultsOfExamples,
    otherwise: { outcome: "returned", reason: "NARR" },
  }),
  bankProfile.parse({
    profile: "example-gbk",
    instruction: { ...textOfExample, first: firstOfExample, columns: columnsOfExamples },
    answer: {
      ...textOfExample,
      first: [...firstOfExample, "creditedCount", "creditedTotal"],
      columns: [...columnsOfExamples, ...columnsOfAnswers],
    },
    results: resultsOfExamples,
    otherwise: { outcome: "returned", reason: "NARR" },
  }),
];
