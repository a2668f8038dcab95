import type { EventData } from "../../../events/index.ts";
import type { SchemeName as SchemeCode } from "../../../events/schemes.ts";
import { schemeNames } from "../../../events/schemes.ts";
import { toUnits } from "../decimal.ts";
import type { Survey } from "../facts.ts";
import type { JsonObject } from "../../encoding/canonical.ts";
import type { LinesToMake, ListMaking } from "../list.ts";
import { linesMax } from "../list.ts";
import type { Sealing } from "../sealing.ts";
import type { HolderNames } from "./holder.ts";
import type { FrozenLine } from "./list-lines.ts";
import { listName } from "./list-lines.ts";
import type { Leaf, ListHasher, Opening } from "./list-hash.ts";
import { commitment, shown } from "./list-hash.ts";
import { schemeOf } from "./scheme-of.ts";
import type { Division, Line } from "./schemes.ts";
import type { Holder, Plan, Trader } from "./terms.ts";

/** Who takes part in a plan, and with how much. */
export interface Taking {
  readonly household?: string;
  readonly organisation?: string;
  readonly person?: string;
  /** 基数 or shares, canonical; those of 按交易量 in the two after it. */
  readonly basis?: string;
  readonly factor?: string;
  readonly priority?: number;
  readonly kilograms?: string;
  readonly shares?: string;
}

/** What a line freezes of whoever it is for, as recorded. */
export interface PayeeFrozen {
  readonly name: string;
  /** "" where none is recorded. */
  readonly account: string;
  /** 开户名, where empty the name. */
  readonly holder: string;
  readonly village: string;
  readonly status: string;
}

/** Everybody who takes part in a plan, and their details, which are read when lines are made. */
export interface PlanHolders {
  readonly taking: readonly Taking[];
  /** Reads the details of some of them, as of the survey's position. */
  read(some: readonly HolderNames[]): Promise<void>;
  /** The details that were read of one of them, which are forgotten then. */
  take(one: HolderNames): PayeeFrozen;
}

/** Asks for the holders of a plan: what it needs to know of its terms. */
export interface PlanHoldersAsked extends JsonObject {
  readonly plan: string;
  readonly over: "shares" | "basis" | "trade and shares";
  readonly payee: "household" | "person";
  readonly organisation: string;
  readonly register: string | undefined;
  readonly heldOn: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Everybody whom a plan is divided over, of what is recorded so far. */
export const planHolders: Survey<PlanHoldersAsked, PlanHolders> = {
  name: "plan-holders",
  categories: ["basis", "household", "organisation", "register", "contract"],
};

/** What to ask for a plan. */
export function holdersAsked(plan: EventData<"PlanDrafted">): PlanHoldersAsked {
  const { scheme, payee, organisation, register, heldOn, from, to } = plan;
  const over = schemeOf(scheme).dividesOver;
  return { plan: plan.plan, over, payee, organisation, register, heldOn, from, to };
}

/** What a plan says of how it is divided. */
export type Terms = Pick<
  EventData<"PlanDrafted">,
  "scheme" | "pool" | "ratio" | "price" | "rate" | "yearDays" | "from" | "to" | "floorPrice"
>;

/** A plan with those who take part, as its scheme divides it. */
export function planWith(terms: Terms, holders: readonly Taking[]): Plan {
  const { scheme, pool, ratio, price, rate, yearDays, from, to, floorPrice } = terms;
  const name = schemeNames[scheme as SchemeCode];
  const all = { scheme: name, pool, ratio, price, rate, yearDays, from, to, floorPrice };
  const taking = name === "按交易量" ? holders.map(traderOf) : holders.map(holderOf);
  return { ...all, holders: taking } as Plan;
}

/** Written out: an object that is put together from others takes three times the memory. */
function holderOf({ household, organisation, person, ...asked }: Taking): Holder {
  const { basis = "0", factor, priority } = asked;
  return {
    household,
    organisation,
    person,
    basis: toUnits(basis, 4),
    factor: factor === undefined ? undefined : toUnits(factor, 4),
    priority,
  } as Holder;
}

function traderOf({ household, organisation, person, ...asked }: Taking): Trader {
  const { kilograms = "0", shares = "0" } = asked;
  return {
    household,
    organisation,
    person,
    kilograms: toUnits(kilograms, 4),
    shares: toUnits(shares, 4),
  } as Trader;
}

/** A plan whose list is frozen, divided. */
export interface Freezing {
  readonly plan: string;
  readonly version: number;
  readonly division: Division;
  readonly holders: PlanHolders;
}

/** A division as the list that a step freezes; `hasher` takes its leaves as they are made. */
export function frozenList(freezing: Freezing, hasher: ListHasher): ListMaking<FrozenLine> {
  const { plan, version } = freezing;
  return { list: listName(plan, version), lines: linesToMake(freezing, hasher) };
}

function* linesToMake(
  { plan, version, division, holders }: Freezing,
  hasher: ListHasher,
): Generator<LinesToMake<FrozenLine>, void> {
  for (let first = 1; first <= division.count; first += linesMax) {
    const lines: Line[] = [];
    const last = Math.min(first + linesMax - 1, division.count);
    for (let number = first; number <= last; number++) lines.push(division.line(number));
    yield {
      read: () => holders.read(lines.map(({ holder }) => holder)),
      make: (sealing) =>
        lines.map((line) => {
          const made = frozenLine({ plan, version }, line, holders.take(line.holder), sealing);
          hasher.add(made);
          return made;
        }),
    };
  }
}

function frozenLine(
  of: { readonly plan: string; readonly version: number },
  { line, holder, basis, factor, claim, amount }: Line,
  payee: PayeeFrozen,
  { name: nameItem, fingerprint, keep }: Sealing,
): FrozenLine {
  const { household, organisation, person } = holder as HolderNames;
  const priority = "priority" in holder ? holder.priority : undefined;
  // Nobody without the ledger's key can make it, and whoever decides again makes the same.
  const salt = Buffer.from(fingerprint({ ...of, line, salt: "list" }), "base64url").toString("hex");
  const { account, holder: accountHolder, name, village, status } = payee;
  const opening: Opening = {
    account,
    holder: accountHolder,
    household: household ?? organisation ?? "",
    name,
    person: person ?? "",
    salt,
    status,
  };
  const leaf: Leaf = {
    amount,
    commit: commitment(opening),
    line,
    shown: shown(name, organisation !== undefined),
    village,
  };
  const sealed = nameItem(household, { account, holder: accountHolder, name, salt, status });
  keep(sealed);
  return {
    ...leaf,
    household,
    organisation,
    person,
    basis,
    factor,
    priority,
    claim,
    isPayable: account !== "",
    sealed: sealed.item,
  };
}
