import type { ProgrammeKind } from "../../../events/programme.ts";
import { programmeKinds } from "../../../events/programme.ts";
import { filledText, id, words } from "../columns.ts";
import { incomeState } from "../distribution/plan-state.ts";
import type { Facts } from "../facts.ts";
import { keys, streams } from "../facts.ts";
import { toUnits } from "../decimal.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import type { Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import { quantifiedOf, worthOf } from "../share-surveys.ts";
import { attendanceLeft } from "./attendance.ts";
import { fen, freeOf } from "./balances.ts";
import { overdrawnByTaking } from "./finance-overdrawn.ts";
import { unpaidOf } from "./liquidation.ts";
import { isNamedElsewhere } from "./named-elsewhere.ts";
import { orderedThing } from "./names.ts";
import { openedBy } from "./opened.ts";
import type { Programme } from "./programme.ts";
import { programmeOf, standingNaming } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { householdsNamed, turnedPostings } from "./recorded-row.ts";
import {
  explainedPersonal,
  isClosable,
  ofProgramme,
  originalRules,
  rowColumns,
  statedBy,
} from "./rows.ts";

/** The kinds whose rows may be taken back. */
type CorrectableKind = Exclude<ProgrammeKind, "corrections"> | "income";

const tables = Object.fromEntries(
  ["income", ...Object.values(programmeKinds)].flatMap((kind) =>
    kind === "corrections" ? [] : [[kind, kind]],
  ),
) as Record<CorrectableKind, string>;

const columns = {
  correction: id("更正编号", "the correction's own id"),
  table: words<CorrectableKind>("原表", "the kind of the row that is taken back", tables),
  original: id("原编号", "its own id"),
  by: filledText("经办人", "who takes it back", 200),
  ...rowColumns,
};

type JudgedCorrection = Judged<typeof columns>;

/** What a row is taken back of, whether or not it was before. */
interface Original {
  readonly date: string;
  readonly takenBackOn: string | undefined;
  /** The row of the programme; undefined for an income. */
  readonly row: ProgrammeRow | undefined;
}

function originalOf({ row: { table, original }, facts }: JudgedCorrection): Original | undefined {
  if (table === "income") {
    const recorded = facts.known(keys.income(original));
    if (recorded === undefined) return undefined;
    const { takenBackOn } = incomeState(original, facts);
    return { date: recorded.effectiveDate, takenBackOn, row: undefined };
  }
  const row = programmeOf(facts).rows.get(`${table}/${original}`);
  return row && { date: row.data.date, takenBackOn: row.takenBackOn, row };
}

/**
 * Whether something rests on it: rows, contracts, incomes or movements that name it, or a plan that
 * is not cancelled.
 */
function isNeeded(judged: JudgedCorrection): string | false {
  const { row, facts } = judged;
  const original = originalOf(judged)?.row;
  const isResting =
    original === undefined
      ? [...incomeState(row.original, facts).plans.values()].some(
          ({ stage }) => stage !== "cancelled",
        )
      : hasDependents(programmeOf(facts), original) || isNamedElsewhere(original, facts);
  return isResting && "something else rests on it: take that back first";
}

/** Whether another row names it, or is a later step of the same thing. */
function hasDependents(programme: Programme, row: ProgrammeRow): boolean {
  const names = [`${row.kind}/${row.id}`];
  const opened = openedBy(programme, row);
  if (opened !== undefined) names.push(opened);
  const isNamed = names.some((name) =>
    [...(programme.naming.get(name) ?? [])].some(([kind, rows]) =>
      rows.some((one) => one.takenBackOn === undefined && kind !== row.kind),
    ),
  );
  const thing = orderedThing(row.kind, row.data) ?? opened;
  if (isNamed || thing === undefined) return isNamed;
  const steps = standingNaming(programme, thing, row.kind);
  return steps.at(-1)?.id !== row.id;
}

/** The balance that would fall below zero if a row were taken back, as a refusal. */
function overdrawn(
  row: ProgrammeRow,
  { row: { date }, facts }: JudgedCorrection,
): Refusal | undefined {
  const programme = programmeOf(facts);
  if (row.kind === "posts" && isPaidFor(row, facts)) {
    return refuse("AttendanceMissing", "what was attended is paid for", columns.original.column);
  }
  if (row.kind === "asset-steps" && isQuantifiedAbove(row, facts)) {
    return refuse(
      "ValuationExceeded",
      "shares were made of what it is worth",
      columns.original.column,
    );
  }
  const below = overdrawnByTaking(programme, row, date);
  if (below !== undefined) {
    return refuse(below, "what it brought is used", columns.original.column);
  }
  if (row.kind === "liquidation") {
    const isPaid =
      row.data.action === "file" && fen(row.data.amount) > unpaidOf(programme, row.data);
    const message = "what was filed is paid";
    return isPaid ? refuse("ClaimExceeded", message, columns.original.column) : undefined;
  }
  if (row.kind !== "refunds" || row.data.returnsTo === undefined) return undefined;
  const { returnsTo, amount } = row.data;
  if (fen(amount) <= freeOf(programme.balances, returnsTo)) return undefined;
  const code = returnsTo.startsWith("funds/") ? "FundExceeded" : "AllocationExceeded";
  return refuse(code, "what was given back is used again", columns.original.column);
}

/** Whether more would be paid than was attended, by the person or by all of the household. */
function isPaidFor({ data }: ProgrammeRow<"posts">, facts: Facts): boolean {
  const units = toUnits(data.quantity, 4);
  return attendanceLeft(data, facts).some((left) => left >= 0n && left < units);
}

/** Whether more shares were made of an asset than its 评估 but for this one says it is worth. */
function isQuantifiedAbove({ id, data }: ProgrammeRow<"asset-steps">, facts: Facts): boolean {
  if (data.kind !== "appraise") return false;
  const steps = standingNaming(programmeOf(facts), `assets/${data.asset}`, "asset-steps");
  const values = steps.filter((step) => step.data.kind === "appraise");
  if (values.at(-1)?.id !== id) return false;
  const worth = (step: (typeof values)[number] | undefined) => worthOf(step?.data.value ?? "0");
  const quantified = BigInt(facts.survey(quantifiedOf, { asset: data.asset }) ?? "0");
  return worth(values.at(-2)) < quantified && quantified <= worth(values.at(-1));
}

/** Rows of corrections.csv: what takes a row of the programme, or an income, back, whole. */
export const corrections = rowKind({
  ...ofProgramme("corrections"),
  summary: "Take a row of the programme or an income back, whole",
  columns,
  personal: explainedPersonal,
  id: "correction",
  key: keys.correction,
  isClosable: ({ table }) => isClosable(table),
  surveys: true,
  rules: [
    ...originalRules("takes back", (judged: JudgedCorrection) => originalOf(judged)?.date),
    [
      "AlreadyReversed",
      "original",
      (judged) => originalOf(judged)?.takenBackOn !== undefined && "it was taken back already",
    ],
    ["DependentsExist", "original", isNeeded],
  ],
  records: (judged) => {
    const { row } = judged;
    const original = originalOf(judged)?.row;
    if (original === undefined) {
      const data = { ...statedBy(judged), households: [] };
      return { stream: streams.income(row.original), type: "IncomeCorrected", data };
    }
    const refusal = overdrawn(original, judged);
    if (refusal !== undefined) return refusal;
    const data = {
      ...statedBy(judged),
      households: householdsNamed(original),
      postings: turnedPostings(original),
    };
    return { stream: streams.programme(), type: "RowCorrected", data };
  },
  examples: [
    {
      correction: "GZ-00001",
      table: "refunds",
      original: "TH-00001",
      explanation: "重复登记",
      by: "示例",
      date: "2026-05-10",
    },
  ],
});
