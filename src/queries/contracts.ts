import { z } from "zod";
import { contractKindName, contractKindNames, shareContractName } from "../../events/legs.ts";
import { amendmentName, openEnd, statedTerms, termNames } from "../../events/terms.ts";
import { inShanghai } from "../words/instants.ts";
import { grouped } from "../words/numbers.ts";
import { ends, knownAtExample, listOf, pageOf, text } from "./answer.ts";
import type { KnownAt, Readable } from "./as-of.ts";
import { Unknown } from "./as-of.ts";
import type { Asked, Found, Presentation } from "./define.ts";
import { question } from "./define.ts";
import { contract, on, pageById } from "./parameters.ts";
import type { Column } from "./presentation.ts";
import { csvOf, tableOf } from "./presentation.ts";
import type { Page } from "./registers.ts";

/** What only some contracts state. */
const laterTerms = {
  subject: text.describe("标的"),
  principal: text.describe("本金, yuan"),
  profitShare: text.describe("分成比例"),
  returnRatio: text.describe("返还比例"),
  rate: text.describe("年利率"),
  yearDays: text.describe("计息基础, days of a year"),
  post: text.describe("岗位"),
  everyMonths: text.describe("付款周期, months"),
  firstDueOn: text.describe("首付日期"),
  instalment: text.describe("每期金额, yuan"),
  asset: text.describe("资产编号"),
  workTime: text.describe("用工时间"),
  wagePayment: text.describe("工资发放方式"),
};

/** What holds under a contract; prices in yuan, canonical decimals. */
const terms = {
  household: text.describe("whose alone it is; null: open to every household"),
  signedOn: text,
  quantity: text,
  price: text,
  floorPrice: text,
  parValue: text,
  ...laterTerms,
};

const kind = z.string().describe(`${contractKindNames.join(", ")} or shares`);

/** Contracts and their terms on a day. */
export const contractsQuestion = question({
  name: "contracts",
  summary: "Contracts and their terms",
  description:
    "By number. With `on`, the terms of that day, of contracts in force on it; otherwise all " +
    "contracts, with the terms that hold last. Ask again with `after` set to `next` until that " +
    "is null.",
  about: "county",
  right: "sums",
  path: "/v1/contracts",
  parameters: { on, ...pageById },
  answer: listOf(
    z.object({
      contract: z.string(),
      kind,
      organisation: z.string(),
      household: terms.household,
      signedOn: terms.signedOn,
      from: z.string().describe("first day in force"),
      to: text.describe("last day in force; null: open"),
      quantity: text,
      price: text,
      floorPrice: text,
      register: text,
      parValue: text,
      ...laterTerms,
    }),
  ).meta({ id: "Contracts" }),
  ask: (ledger, { on: day, ...asked }, knownAt) =>
    pageOf(
      asked,
      (entry) => entry.contract,
      (after, max) => listContracts(ledger, knownAt, { after, max }, day),
    ),
});

const period = z.object({
  from: z.string().describe("first day of these terms"),
  to: text.describe("their last day; null: open"),
  ...terms,
});

const amendment = z.object({
  amendment: z.string(),
  change: z.string().describe("supplement, termination or correction"),
  effective: z.string().describe("生效日期"),
  recordedAt: z.string(),
  position: z.string(),
  stated: z
    .record(z.string(), z.string())
    .describe("the terms that it states, by name; `to` is `-` for an open end"),
});

const laterTermsExample = {
  ...{ subject: null, principal: null, profitShare: null, returnRatio: null, rate: null },
  ...{ yearDays: null, post: null, everyMonths: null, firstDueOn: null, instalment: null },
  asset: null,
  ...{ workTime: "农忙三个月", wagePayment: "按月" },
};

const answer = z
  .object({
    contract: z.string(),
    kind,
    organisation: z.string(),
    register: text,
    terms: z.array(period).describe("by date; days on which it is not in force are left out"),
    amendments: z.array(amendment).describe("in the order in which they were recorded"),
    ...ends,
  })
  .meta({
    id: "Contract",
    examples: [
      {
        contract: "HT-00001",
        kind: "labour",
        organisation: "ORG-001",
        register: null,
        terms: [
          {
            from: "2026-01-01",
            to: null,
            household: null,
            signedOn: "2025-12-20",
            quantity: null,
            price: "120",
            floorPrice: null,
            parValue: null,
            ...laterTermsExample,
          },
        ],
        amendments: [],
        ...knownAtExample,
      },
    ],
  });

/** One contract, its terms by date and its amendments: `sunshine contract CONTRACT`. */
export const contractQuestion = question({
  name: "contract",
  summary: "A contract: its terms by date, and its amendments",
  description: "With `on`, only the terms of that day; none where it is not in force then.",
  about: "county",
  right: "sums",
  path: "/v1/contracts/:contract",
  parameters: { contract, on },
  answer,
  ask: (ledger, told, knownAt) => contractCard(ledger, told.contract, knownAt, told.on),
  verb: {
    summary: "the terms of a contract by date, and its amendments",
    show: contractShown,
  },
});

/** A contract and its terms; prices in yuan, canonical decimals. */
export interface ContractEntry extends Terms {
  readonly contract: string;
  readonly kind: string;
  readonly organisation: string;
  readonly register: string | null;
  readonly from: string;
  readonly to: string | null;
}

/** Terms that may change from day to day. */
export type Terms = Readonly<z.output<z.ZodObject<typeof terms>>>;

/** Terms and the days on which they hold. */
export interface TermsPeriod extends Terms {
  readonly from: string;
  readonly to: string | null;
}

/** What an amendment states. */
export interface AmendmentEntry {
  readonly amendment: string;
  readonly change: string;
  readonly effective: string;
  readonly recordedAt: string;
  readonly position: string;
  readonly stated: Record<string, string>;
}

/** A contract with all that is known of it. */
export interface ContractCard {
  readonly contract: string;
  readonly kind: string;
  readonly organisation: string;
  readonly register: string | null;
  readonly terms: TermsPeriod[];
  readonly amendments: AmendmentEntry[];
}

const laterTermNames = Object.keys(laterTerms) as (keyof typeof laterTerms)[];

const laterTermColumns = `t.subject, t.principal, t.profit_share AS "profitShare",
  t.return_ratio AS "returnRatio", t.rate, t.year_days AS "yearDays", t.post,
  t.every_months::text AS "everyMonths", t.first_due_on AS "firstDueOn", t.instalment, t.asset,
  t.work_time AS "workTime", t.wage_payment AS "wagePayment"`;

const termColumns = `t.household, t.signed_on AS "signedOn", t.quantity, t.price,
  t.floor_price AS "floorPrice", t.par_value AS "parValue", ${laterTermColumns}`;

/** Contracts by number: those in force on a day with its terms, or all with their last terms. */
async function listContracts(
  { pool }: Readable,
  { position }: KnownAt,
  { after, max }: Page,
  day?: string,
): Promise<ContractEntry[]> {
  const { rows } = await pool.query<ContractEntry>(
    `SELECT c.contract, c.kind, c.organisation, t.household, t.signed_on AS "signedOn",
       t.in_force_from AS "from", t.in_force_to AS "to", t.quantity, t.price,
       t.floor_price AS "floorPrice", c.register, t.par_value AS "parValue", ${laterTermColumns}
     FROM read.contracts c
     CROSS JOIN LATERAL (
       SELECT * FROM read.contract_terms
       WHERE contract = c.contract AND position <= $2
         AND (since IS NULL OR since <= coalesce($4, 'infinity'::date))
         AND (before IS NULL OR coalesce($4, 'infinity'::date) < before)
       ORDER BY position DESC LIMIT 1) AS t
     WHERE c.contract > $1 AND c.position <= $2
       AND ($4::date IS NULL
         OR $4::date BETWEEN t.in_force_from AND coalesce(t.in_force_to, 'infinity'::date))
     ORDER BY c.contract LIMIT $3`,
    [after, position, max, day ?? null],
  );
  return rows;
}

/** One contract as known then. Throws `Unknown` for one not recorded by then. */
async function contractCard(
  readable: Readable,
  number: string,
  knownAt: KnownAt,
  day?: string,
): Promise<ContractCard> {
  const { rows } = await readable.pool.query<Omit<ContractCard, "terms" | "amendments">>(
    `SELECT contract, kind, organisation, register FROM read.contracts
     WHERE contract = $1 AND position <= $2`,
    [number, knownAt.position],
  );
  const [card] = rows;
  if (card === undefined)
    throw new Unknown("ContractUnknown", "no contract of this number is known");
  const [periods, amendments] = await Promise.all([
    termsHeld(readable, number, knownAt, day),
    amendmentsOf(readable, number, knownAt),
  ]);
  const own = amendments.map(({ contract: _contract, ...amendment }) => amendment);
  return { ...card, terms: periods, amendments: own };
}

interface HeldRow extends TermsPeriod {
  readonly since: string | null;
  readonly before: string | null;
  /** Whether the days before and after it are under other terms, and not out of force. */
  readonly runsFrom: boolean;
  readonly runsOn: boolean;
}

/**
 * The terms of a contract by date, as known then, each with the days on which they hold: days on
 * which it is not in force are left out. With a day, the terms of that day alone.
 */
async function termsHeld(
  { pool }: Readable,
  number: string,
  { position }: KnownAt,
  day?: string,
): Promise<TermsPeriod[]> {
  const { rows } = await pool.query<HeldRow>(
    `SELECT *, since = "from" AS "runsFrom", before - 1 = "to" AS "runsOn" FROM (
       SELECT since, before, greatest(since, in_force_from) AS "from",
         least(before - 1, in_force_to) AS "to", ${termColumns}
       FROM read.contract_terms t
       WHERE contract = $1 AND position = (
         SELECT max(position) FROM read.contract_terms WHERE contract = $1 AND position <= $2)
     ) AS held
     WHERE "to" IS NULL OR "from" <= "to" ORDER BY "from"`,
    [number, position],
  );
  const periods: TermsPeriod[] = [];
  let before: HeldRow | undefined;
  for (const row of rows) {
    const { from, to, ...own } = periodOf(row);
    const last = periods.at(-1);
    const goesOn = before?.runsOn === true && row.runsFrom && sameTerms(before, own);
    if (goesOn && last !== undefined) periods[periods.length - 1] = { ...last, to };
    else periods.push({ from, to, ...own });
    before = row;
  }
  return day === undefined ? periods : periods.filter((held) => isWithin(held, day));
}

function periodOf(row: HeldRow): TermsPeriod {
  const { runsFrom: _from, runsOn: _on, since: _since, before: _before, ...held } = row;
  return held;
}

function sameTerms(one: Terms, other: Terms): boolean {
  return (Object.keys(other) as (keyof Terms)[]).every((name) => one[name] === other[name]);
}

function isWithin({ from, to }: TermsPeriod, day: string): boolean {
  return from <= day && (to === null || day <= to);
}

interface AmendmentRow extends Terms {
  readonly amendment: string;
  readonly contract: string;
  readonly change: string;
  readonly effective: string;
  readonly recordedAt: Date;
  readonly position: bigint;
  readonly from: string | null;
  readonly to: string | null;
}

/** Every amendment known then in words, a line each: what a journal says of them. */
export async function amendmentsInWords(readable: Readable, knownAt: KnownAt): Promise<string[]> {
  const all = await amendmentsOf(readable, null, knownAt);
  return all.map(({ amendment: id, contract: of, change, effective, position, stated }) => {
    const terms = statedTerms(stated).join(", ");
    const what = `${effective} ${amendmentName(change)} ${id} of contract ${of}`;
    return `${what}${terms === "" ? "" : `: ${terms}`}, position: ${position}`;
  });
}

async function amendmentsOf(
  { pool }: Readable,
  number: string | null,
  { position: upTo }: KnownAt,
): Promise<(AmendmentEntry & { readonly contract: string })[]> {
  const { rows } = await pool.query<AmendmentRow>(
    `SELECT amendment, contract, change, effective, recorded_at AS "recordedAt", position,
       in_force_from AS "from",
       CASE in_force_to WHEN 'infinity' THEN '${openEnd}' ELSE in_force_to::text END AS "to",
       ${termColumns}
     FROM read.contract_amendments t
     WHERE ($1::text IS NULL OR contract = $1) AND position <= $2 ORDER BY position`,
    [number, upTo],
  );
  return rows.map(
    ({ amendment: id, contract: of, change, effective, recordedAt, position, ...stated }) => ({
      amendment: id,
      contract: of,
      change,
      effective,
      recordedAt: recordedAt.toISOString(),
      position: position.toString(),
      stated: Object.fromEntries(
        Object.entries(stated).filter((term): term is [string, string] => term[1] !== null),
      ),
    }),
  );
}

/** What kind of contract it is, in both languages. */
export function contractKindLabel(name: string): string {
  return `${name === "shares" ? shareContractName : contractKindName(name)} ${name}`;
}

const periodColumns: readonly Column<TermsPeriod>[] = [
  { name: "from", title: "自 from", value: ({ from }) => from },
  { name: "to", title: "至 to", value: ({ to }) => to, show: ({ to }) => to ?? "不定 open" },
  {
    name: "household",
    title: "户 household",
    value: ({ household }) => household,
    show: ({ household }) => household ?? "–",
  },
  { name: "signedOn", value: ({ signedOn }) => signedOn },
  amountColumn("quantity", "数量 quantity"),
  amountColumn("price", "单价 price"),
  amountColumn("floorPrice", "保护价 floor"),
  amountColumn("parValue", "每股金额 par"),
  ...laterTermNames.map((name): Column<TermsPeriod> => ({ name, value: (row) => row[name] })),
];

/** What only some contracts state, where one does. */
function laterShown(held: readonly TermsPeriod[]): Column<TermsPeriod>[] {
  return laterTermNames
    .filter((name) => held.some((row) => row[name] !== null))
    .map((name) => ({ title: `${termNames[name]} ${name}`, value: (row) => row[name] ?? "–" }));
}

function amountColumn(
  name: "quantity" | "price" | "floorPrice" | "parValue",
  title: string,
): Column<TermsPeriod> {
  const value = (row: TermsPeriod) => row[name];
  return { name, title, align: "right", value, show: (row) => grouped(row[name] ?? "–") };
}

const amendmentColumns: readonly Column<AmendmentEntry>[] = [
  { title: "变更 amendment", value: (one) => one.amendment },
  { title: "类型 change", value: ({ change }) => `${amendmentName(change)} ${change}` },
  { title: "生效 effective", value: ({ effective }) => effective },
  { title: "内容 what it states", value: ({ stated }) => statedTerms(stated).join("，") },
  { title: "记录 recorded", value: ({ recordedAt }) => inShanghai(recordedAt) },
];

function contractShown({
  told,
  knownAt: { position },
}: Asked<{ contract: string; on?: string | undefined }>): Presentation<Found<typeof answer>> {
  return {
    csv: ({ terms: periods }) =>
      csvOf(
        [
          { name: "contract", value: () => told.contract },
          { name: "knownAt", value: () => position.toString() },
          ...periodColumns,
        ],
        periods,
      ),
    people: ({ contract: number, kind: name, organisation, register, terms: held, amendments }) => {
      const where = register === null ? "" : `, 股权登记簿 register ${register}`;
      const when = told.on === undefined ? "" : ` on ${told.on}`;
      return [
        `合同 Contract ${number}: ${contractKindLabel(name)}, 主体 ${organisation}${where}`,
        "",
        held.length === 0
          ? `Not in force${when}.`
          : tableOf([...periodColumns, ...laterShown(held)], held),
        ...(amendments.length === 0 ? [] : ["", tableOf(amendmentColumns, amendments)]),
        "",
      ];
    },
  };
}
