import type { KeySpace, LedgerEvent } from "../../events/index.ts";
import type { JsonObject } from "../encoding/canonical.ts";
import type { Column, Thing } from "./columns.ts";
import type { DecidedEvent, DecidedListing, Facts, Key, KnownEvent, Listing } from "./facts.ts";
import type { OnceSpace } from "./facts.ts";
import { keys } from "./facts.ts";
import { businessDay, refuseClosed } from "./period.ts";
import type { Policy } from "./policy.ts";
import type { Refusal, RefusalCode } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { Remark } from "./remark.ts";
import type { Right } from "../rights.ts";
import type { FreeText, Parsed, Row, SealedText } from "./row.ts";
import { checkCells, freeTextOf, isEmpty, keyOf } from "./row.ts";
import type { SealedItem, Sealing } from "./sealing.ts";
import { sealText } from "./sealing.ts";
import type { Turning } from "./turning.ts";
import { turningFor } from "./turning.ts";

/** What deciding may use. */
export interface DecideContext {
  readonly facts: Facts;
  readonly sealing: Sealing;
  /** The day of import in Asia/Shanghai. */
  readonly today: string;
}

/**
 * A kind of command. File import, HTTP, its documents and the CLI know a kind by this type alone.
 */
export interface Kind<Command = unknown> {
  /** Its name in verbs, routes and files. */
  readonly name: string;
  /** What such a command does, for the API's reference. */
  readonly summary: string;
  /** Who may give it. */
  readonly right: Right;
  /** Its fields by their names in JSON, in the order in which they are judged. */
  readonly columns: Columns;
  /** The column with its own id. */
  readonly idColumn: string;
  /** Given by the program alone, from something that is no row: it has no route of its own. */
  readonly isInternal?: boolean;
  /** Whether bureaus bring files of it, `<name>.csv`: then it can be imported and uploaded. */
  readonly isFile: boolean;
  /**
   * Its ids are taken for new, and looked up only where the log or a refusal says otherwise: for
   * kinds that come in large numbers.
   */
  readonly mostlyNew: boolean;
  /** Its rules ask surveys: it is decided when everything handed in before it is recorded. */
  readonly surveys?: boolean;
  readonly examples: readonly Readonly<Record<string, string>>[];
  /** Parses a row of a file or the fields of a request; refuses it with `MalformedField`. */
  parse(row: Row): Parsed<Command>;
  /**
   * Judges a command. No events: it is recorded already with the same content. Pure: the same
   * command and facts give the same result. A listing is for kinds that say `surveys`.
   */
  decide(command: Command, context: DecideContext): DecidedEvent[] | DecidedListing | Refusal;
  /** Whether the rules of this command do, where those of most do not. */
  surveysFor?(command: Command): boolean;
  /**
   * Asks for what no command before it has asked for, such as the original of a reversal: that is
   * looked up for a whole batch before it is judged. What it leaves out is found by judging.
   */
  asksAhead?(command: Command, facts: Facts): void;
  /** What is said of a command that is recorded all the same. */
  remarks?(command: Command): readonly Remark[];
}

/** Columns by the name of their field; an event's member of that name holds the value. */
export type Columns = Readonly<Record<string, Column>>;

/** The values of a row by field. */
export type Cells<C extends Columns> = { readonly [N in keyof C]: ReturnType<C[N]["read"]> };

/** The columns that hold the id of something else. */
type References<C extends Columns> = {
  [N in keyof C]: C[N] extends { readonly thing: Thing<unknown> } ? N : never;
}[keyof C] &
  string;

/** The things that the ids of a row refer to, once they have been looked up. */
export type Referred<C extends Columns> = {
  readonly [N in References<C>]: C[N] extends { readonly thing: Thing<infer T> }
    ? undefined extends Cells<C>[N]
      ? T | undefined
      : T
    : never;
};

/** A row as the rules see it. */
export interface Judged<C extends Columns> {
  readonly row: Cells<C>;
  readonly of: Referred<C>;
  readonly facts: Facts;
  readonly today: string;
  /** The row's notes, which lie in the vault. */
  readonly free: SealedText | undefined;
  /** Names an item for the vault, and keeps it where the row is recorded. */
  readonly seal: (household: string | undefined, content: JsonObject) => string;
  /** Whether a column whose text lies in the vault is filled. */
  readonly has: (column: string) => boolean;
  /** The text of such a column, undefined where it is empty: to be judged, never to be recorded. */
  readonly textOf: (column: string) => string | undefined;
  /** A text that follows from content and the ledger's own key: random to anybody else. */
  readonly fingerprint: (content: JsonObject) => string;
  /** What the policy packs say that are in force on the row's day, in its division. */
  readonly policy: Policy;
  /** What rules that a pack turns have reported so far; undefined where they have not. */
  readonly remarks: readonly Remark[] | undefined;
}

/**
 * A rule: the code of the refusal, the column it names, and a function that returns what is wrong,
 * or false.
 */
export type Rule<C extends Columns> = readonly [
  code: RefusalCode,
  column: keyof C & string,
  broken: (judged: Judged<C>) => string | false,
];

/** The event of a row; key, `nth` and day are added by the kind. */
export type Recorded = (LedgerEvent | Listing) & {
  readonly stream: string;
  readonly once?: string;
  /** The policy packs that it was decided under, where there are any but the base. */
  readonly pack?: string;
};

/** Everything a kind of row says of itself. */
export interface RowDeclaration<C extends Columns, K extends KeySpace>
  extends Pick<Kind, "name" | "summary" | "right" | "examples" | "surveys"> {
  readonly columns: C;
  /**
   * Columns with personal data: judged, part of the row's content, and kept in the vault with its
   * notes.
   */
  readonly personal?: Columns;
  /** The column with the row's own id, and the key it is recorded under. */
  readonly id: keyof C & string;
  readonly key: (id: string) => Key<K>;
  /**
   * For a row that is one of several about something else: the column that names it, whose key the
   * row is recorded under, and the `once` by which its own id is found.
   */
  readonly about?: {
    readonly column: keyof C & string;
    readonly once: (id: string) => `${OnceSpace}:${string}`;
  };
  /** The day the row is about: a column, or the day of import. */
  readonly date: (keyof C & string) | "today";
  /** Whether a closed month refuses a row with a 业务日期: every row where this is not given. */
  readonly isClosable?: (row: Cells<C>) => boolean;
  /**
   * The administrative division of a row, by whose policy packs it is judged. With it, codes that a
   * pack may turn are turned: the row is refused, or recorded with a remark, or the rule is off.
   */
  readonly division?: (row: Cells<C>, facts: Facts) => string;
  /**
   * Whether bureaus bring files of it, `<name>.csv`; true where it is not given. A kind that is no
   * file is a command of the API alone.
   */
  readonly isFile?: boolean;
  /** A column whose value says which of the optional columns are needed. */
  readonly by?: keyof C & string;
  readonly needs?: Readonly<Record<string, readonly (keyof C & string)[]>>;
  /**
   * Columns that only some values of `by` read, by value: of others their text is kept as a note
   * and not judged.
   */
  readonly only?: Readonly<Record<string, readonly (keyof C & string)[]>>;
  /** What must hold of a row by itself: the column at fault, and what is wrong with it. */
  readonly checks?: readonly (readonly [
    column: keyof C & string,
    broken: (row: Cells<C>, isFilled: (column: string) => boolean) => string | false,
  ])[];
  /**
   * In order of precedence. The name of a reference means that the id is looked up and must be
   * known; a reference that is not named here is not looked up.
   */
  readonly rules: readonly (Rule<C> | References<C>)[];
  /**
   * The values of a recorded event by field, for comparing it with a row; its data where this is
   * not given.
   */
  readonly said?: (event: KnownEvent) => Readonly<Record<string, unknown>>;
  /** What it is recorded as, or why not, where that shows only then. */
  readonly records: (judged: Judged<C>) => Recorded | Refusal;
  /** The event for other content under a known id; without it, such a row is refused. */
  readonly changes?: (judged: Judged<C>) => Recorded | Refusal;
}

/** A row, well formed. */
export interface RowCommand<C extends Columns> {
  readonly row: Cells<C>;
  readonly free: FreeText | undefined;
}

/** Declares a kind of row. */
export function rowKind<const C extends Columns, K extends KeySpace>(
  declared: RowDeclaration<C, K>,
): Kind<RowCommand<C>> {
  const { name, summary, right, columns, personal, id, examples, isFile = true } = declared;
  const all: Columns = { ...columns, ...personal };
  const known = new Set(Object.values(all).map(({ column }) => column));
  for (const [member, { thing }] of Object.entries(columns)) {
    if (thing === undefined || declared.rules.some((rule) => rule === member)) continue;
    throw new Error(`the rules of ${name} do not say when ${member} is looked up`);
  }
  const readOf = readerOf(declared);
  return {
    name,
    summary,
    right,
    columns: all,
    idColumn: columnOf(columns, id).column,
    isFile,
    mostlyNew: false,
    surveys: declared.surveys ?? false,
    examples,
    parse: (row) => parse(declared, known, readOf, row),
    decide: (command, context) => decide(declared, command, context),
  };
}

function columnOf(columns: Columns, name: string): Column {
  const column = columns[name];
  if (column === undefined) throw new Error(`there is no column ${name}`);
  return column;
}

/** The columns that are read of a row: their fields, and their names in files. */
interface ReadColumns {
  readonly names: readonly string[];
  readonly read: ReadonlySet<string>;
}

/** Which columns are read, by what `by` says; undefined where a kind has none. */
type ReadOf = (value: string | undefined) => ReadColumns;

/** Finds them once for each value, of which there are few. */
function readerOf<C extends Columns, K extends KeySpace>({
  columns,
  only = {},
}: RowDeclaration<C, K>): ReadOf {
  const some: readonly string[] = Object.values(only).flat();
  const found = new Map<string | undefined, ReadColumns>();
  return (value) => {
    const before = found.get(value);
    if (before !== undefined) return before;
    const own: readonly string[] = value === undefined ? some : (only[value] ?? []);
    const names = Object.keys(columns).filter((name) => own.includes(name) || !some.includes(name));
    const read = new Set(names.map((name) => columnOf(columns, name).column));
    const columnsRead = { names, read };
    found.set(value, columnsRead);
    return columnsRead;
  };
}

function parse<C extends Columns, K extends KeySpace>(
  { columns, personal = {}, id, by, needs, checks = [] }: RowDeclaration<C, K>,
  known: ReadonlySet<string>,
  readOf: ReadOf,
  row: Row,
): Parsed<RowCommand<C>> {
  const problems: Refusal[] = [];
  const { column: idColumn, read: readId } = columnOf(columns, id);
  const refused = (): Parsed<RowCommand<C>> => {
    return { ok: false, key: keyOf(row, idColumn), refusal: problems[0] as Refusal };
  };
  checkCells(row, known, problems);
  if (problems.length > 0) return refused();
  const cells: Record<string, unknown> = { [id]: readId(row, problems) };
  let needed: readonly string[] = [];
  let value: string | undefined;
  if (by !== undefined) {
    const before = problems.length;
    cells[by] = columnOf(columns, by).read(row, problems);
    if (problems.length > before) return refused();
    value = String(cells[by]);
    needed = needs?.[value] ?? [];
  }
  const { names, read } = readOf(value);
  for (const name of names) {
    if (name === id || name === by) continue;
    cells[name] = columnOf(columns, name).read(row, problems, needed.includes(name) || undefined);
  }
  for (const column of Object.values(personal)) column.read(row, problems);
  const values = cells as Cells<C>;
  for (const [name, broken] of checks) {
    const message = broken(values, (column) => !isEmpty(row, column));
    if (message === false) continue;
    problems.push(refuse("MalformedField", message, columnOf(columns, name).column));
  }
  if (problems.length > 0) return refused();
  return { ok: true, command: { row: values, free: freeTextOf(row, read, known) } };
}

function decide<C extends Columns, K extends KeySpace>(
  declared: RowDeclaration<C, K>,
  { row, free }: RowCommand<C>,
  { facts, sealing, today }: DecideContext,
): DecidedEvent[] | DecidedListing | Refusal {
  const { columns, id, about, date, isClosable, rules, records, changes } = declared;
  const values: Readonly<Record<string, unknown>> = row;
  const key = declared.key(String(values[about?.column ?? id]));
  const once = about?.once(String(values[id]));
  const text = sealText(free, knownHousehold(values["household"], facts), sealing);
  const recorded = (once === undefined ? facts.own(key) : facts.first(once)) as
    | KnownEvent
    | undefined;
  if (recorded !== undefined) {
    const said = declared.said?.(recorded) ?? recorded.data;
    if (isSame(declared, values, text?.sealed, said)) return [];
    if (changes === undefined) {
      const { column } = columnOf(columns, id);
      return refuse("ReferenceConflict", `${column} is recorded with other content`, column);
    }
  }
  const { judged, items, turning } = judging(declared, { row, free }, text?.sealed, {
    facts,
    sealing,
    today,
  });
  const day = date === "today" ? undefined : String(values[date]);
  const isDated = day !== undefined && columnOf(columns, date).column === businessDay;
  if (isDated && isClosable?.(row) !== false) {
    const closed = refuseClosed(day, facts);
    if (closed !== undefined) return closed;
  }
  for (const rule of rules) {
    const refusal =
      typeof rule === "string"
        ? lookUp(columnOf(columns, rule), rule, values, facts, judged.of)
        : judge(columns, rule, judged);
    if (refusal === undefined) continue;
    if (declared.division === undefined || turning.turned(refusal) !== undefined) return refusal;
  }
  const become = recorded === undefined || changes === undefined ? records : changes;
  const event = become(judged);
  if ("code" in event) return event;
  for (const item of items) sealing.keep(item);
  if (text !== undefined) {
    // A fault of the declaration, found by the first row with notes: they would be swept.
    if ("data" in event && !("free" in event.data))
      throw new Error(`${event.type} does not name the row's notes`);
    sealing.keep(text.item);
  }
  const pack = declared.division === undefined ? event.pack : turning.answered;
  const by = pack === undefined ? {} : { pack };
  const place = { key, nth: facts.count(key), effectiveDate: day ?? today, ...by };
  const at = once === undefined ? place : { ...place, once };
  return "making" in event ? { ...event, ...at } : [{ ...event, ...at }];
}

/** A row that is being judged, and what comes of it beside its event. */
interface Judging<C extends Columns> {
  readonly judged: Judged<C>;
  /** What it names for the vault. */
  readonly items: readonly SealedItem[];
  /** What rules that packs turn have come to. */
  readonly turning: Turning;
}

function judging<C extends Columns, K extends KeySpace>(
  { date, division }: RowDeclaration<C, K>,
  { row, free }: RowCommand<C>,
  sealed: SealedText | undefined,
  { facts, sealing, today }: DecideContext,
): Judging<C> {
  const values: Readonly<Record<string, unknown>> = row;
  const day = date === "today" ? today : String(values[date]);
  const items: SealedItem[] = [];
  const turning = turningFor(day, () => division?.(row, facts) ?? "", facts);
  const judged = {
    row,
    of: {} as Referred<C>,
    facts,
    today,
    free: sealed,
    seal: (household: string | undefined, content: JsonObject): string => {
      const item = sealing.name(household, content);
      items.push(item);
      return item.item;
    },
    has: (column: string) => free?.compared[column] !== undefined,
    textOf: (column: string) => free?.compared[column],
    fingerprint: (content: JsonObject) => sealing.fingerprint(content),
    get policy() {
      return turning.policy;
    },
    get remarks() {
      return turning.remarks;
    },
  };
  return { judged, items, turning };
}

/**
 * The household whose key encrypts a row's notes; undefined where the row names none that is known.
 */
function knownHousehold(named: unknown, facts: Facts): string | undefined {
  if (typeof named !== "string" || facts.known(keys.household(named)) === undefined) {
    return undefined;
  }
  return named;
}

/** Whether an event says what a row says; unknown columns do not count. */
function isSame<C extends Columns, K extends KeySpace>(
  { columns }: RowDeclaration<C, K>,
  row: Readonly<Record<string, unknown>>,
  free: SealedText | undefined,
  said: Readonly<Record<string, unknown>> & { readonly free?: unknown },
): boolean {
  const before = said.free as SealedText | undefined;
  if (before?.fingerprint !== free?.fingerprint) return false;
  return Object.keys(columns).every((name) => said[name] === row[name]);
}

function lookUp(
  { column, thing }: Column,
  name: string,
  row: Readonly<Record<string, unknown>>,
  facts: Facts,
  of: Record<string, unknown>,
): Refusal | undefined {
  const named = row[name];
  if (thing === undefined || typeof named !== "string") return undefined;
  of[name] = thing.known(facts, named);
  const [code, words] = thing.unknown;
  return of[name] === undefined ? refuse(code, `${column} ${words}`, column) : undefined;
}

function judge<C extends Columns>(
  columns: C,
  [code, name, broken]: Rule<C>,
  judged: Judged<C>,
): Refusal | undefined {
  const message = broken(judged);
  return message === false ? undefined : refuse(code, message, columnOf(columns, name).column);
}
