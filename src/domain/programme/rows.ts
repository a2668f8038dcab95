import type { ProgrammeKind } from "../../../events/programme.ts";
import { day, documents, filledText, may, remark, text } from "../columns.ts";
import type { Facts, KnownEvent } from "../facts.ts";
import { businessDay } from "../period.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Remark } from "../remark.ts";
import type { SealedText } from "../row.ts";
import { divisionOfRow } from "./division.ts";
import type { ProgrammeRow } from "./recorded-row.ts";

const nameMax = 200;

/** The columns of every row of the programme, behind its own. */
export const rowColumns = {
  date: day(businessDay, "when it happened"),
  department: may(text("部门", "whose row it is", nameMax)),
  documents: may(documents("材料", "what it rests on, by SHA-256")),
};

/** Columns of every row whose text lies in the vault. */
export const rowPersonal = {
  explanation: text("说明", "why; kept in the vault, compared"),
  remark,
};

/** The same where 说明 must be filled. */
export const explainedPersonal = {
  ...rowPersonal,
  explanation: filledText(rowPersonal.explanation.column, rowPersonal.explanation.means),
};

/** The kinds whose rows, and what takes them back, a closed month refuses. */
const closable: ReadonlySet<string> = new Set<ProgrammeKind | "income">([
  "income",
  "funds",
  "allocations",
  "disbursements",
  "reimbursements",
  "refunds",
  "loans",
  "loan-steps",
  "subsidies",
  "claims",
  "risk-fund",
  "liquidation",
]);

/** Whether a closed month refuses rows of a kind. */
export function isClosable(kind: string): boolean {
  return closable.has(kind);
}

/** What the declarations of all kinds of the programme have in common. */
export function ofProgramme(kind: ProgrammeKind) {
  return {
    name: kind,
    right: "programme",
    date: "date",
    isClosable: () => isClosable(kind),
    said: saidIn,
    division: (row: object, facts: Facts) => divisionOfRow(kind, { ...row }, facts),
  } as const;
}

/** What a recorded row says by the fields of its columns: several texts in one, as read. */
export function saidIn({ data }: KnownEvent): Readonly<Record<string, unknown>> {
  const said = Object.entries(data).map(([name, value]: [string, unknown]) => {
    const isList = Array.isArray(value) && name !== "remarks";
    return [name, isList ? value.join(name === "documents" ? " " : "、") : value];
  });
  return Object.fromEntries(said) as Readonly<Record<string, unknown>>;
}

/** What every row of the programme states. */
interface Stated {
  readonly documents: string | undefined;
}

/** What the event of a row says: its cells, its documents one by one, and what goes with it. */
export function statedBy<R extends Stated>({
  row,
  free,
  remarks,
}: {
  readonly row: R;
  readonly free: SealedText | undefined;
  readonly remarks: readonly Remark[] | undefined;
}) {
  const { documents: hashes, ...rest } = row;
  return {
    ...rest,
    documents: hashes?.split(" "),
    remarks: remarks === undefined ? undefined : [...remarks],
    free,
  };
}

/** A rule that does not depend on the kind it stands in. */
export type PlainRule<C extends RefusalCode, N extends string, J> = readonly [
  code: C,
  column: N,
  broken: (judged: J) => string | false,
];

/** `DateBefore`: a row is not dated before what it names, as far as that has a day. */
export function notBefore(
  ...names: readonly string[]
): PlainRule<"DateBefore", "date", { readonly row: { date: string }; readonly of: object }> {
  const broken = ({ row, of }: { readonly row: { date: string }; readonly of: object }) => {
    const named = of as Readonly<Record<string, ProgrammeRow | undefined>>;
    const before = names.find((name) => row.date < (named[name]?.data.date ?? ""));
    return before !== undefined && `${businessDay} is before that of what it names`;
  };
  return ["DateBefore", "date", broken];
}

/**
 * `OriginalUnknown` and `DateBefore`: what a row takes back or ends is recorded, and not later than
 * the row. `dayOf` answers its day, undefined where it is not recorded.
 */
export function originalRules<J extends { readonly row: { readonly date: string } }>(
  does: "takes back" | "ends",
  dayOf: (judged: J) => string | undefined,
): readonly [PlainRule<"OriginalUnknown", "original", J>, PlainRule<"DateBefore", "date", J>] {
  return [
    [
      "OriginalUnknown",
      "original",
      (judged) => dayOf(judged) === undefined && "原编号 is not recorded in 原表",
    ],
    [
      "DateBefore",
      "date",
      (judged) =>
        judged.row.date < (dayOf(judged) ?? "") &&
        `${businessDay} is before that of what it ${does}`,
    ],
  ];
}

/** What must hold of a row of which exactly one of two columns is filled. */
export function exactlyOne<const A extends string, const B extends string>(
  first: readonly [name: A, column: string],
  second: readonly [name: B, column: string],
  isAsked: (row: never) => boolean = () => true,
): readonly [A, (row: Readonly<Record<A | B, unknown>>) => string | false] {
  const [[a, columnA], [b, columnB]] = [first, second];
  return [
    a,
    (row) =>
      isAsked(row as never) &&
      (row[a] === undefined) === (row[b] === undefined) &&
      `exactly one of ${columnA} and ${columnB} is filled`,
  ];
}

/** That an end is not before its start. */
export const endAfterStart = [
  "to",
  ({ from, to }: { readonly from: string | undefined; readonly to: string | undefined }) =>
    from !== undefined && to !== undefined && to < from && "终止日期 is before 起始日期",
] as const;
