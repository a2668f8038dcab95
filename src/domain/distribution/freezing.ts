import type { EventData } from "../../../events/index.ts";
import type { SchemeName as SchemeCode } from "../../../events/schemes.ts";
import { schemeNames } from "../../../events/schemes.ts";
import { toUnits } from "../decimal.ts";
import type { Survey } from "../facts.ts";
import type { JsonObject } from "../../encoding/canonical.ts";
import { listOf } from "../list.ts";
import type { FrozenLine } from "./list-lines.ts";
import { listName } from "./list-lines.ts";
import type { Leaf, Opening } from "./list-hash.ts";
import { commitment, hashList, shown } from "./list-hash.ts";
import { schemeOf } from "./scheme-of.ts";
import type { Division, DivisionRefusal, Line } from "./schemes.ts";
import { divide } from "./schemes.ts";
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

/** Who takes part in a plan, and what its line freezes of them, as recorded. */
export interface PlanHolder extends Taking {
  readonly name: string;
  /** "" where none is recorded. */
  readonly account: string;
  /** 开户名, where empty the name. */
  readonly holder: string;
  readonly village: string;
  readonly status: string;
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
export const planHolders: Survey<PlanHoldersAsked, readonly PlanHolder[]> = {
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

function holderOf(asked: Taking, at: number): Holder & Numbered {
  const { household, organisation, person, basis = "0", factor, priority } = asked;
  const names = { household, organisation, person } as never as { household: string };
  const own = factor === undefined ? {} : { factor: toUnits(factor, 4) };
  const first = priority === undefined ? {} : { priority };
  return { ...names, basis: toUnits(basis, 4), ...own, ...first, at };
}

function traderOf(asked: Taking, at: number): Trader & Numbered {
  const { household, organisation, person, kilograms = "0", shares = "0" } = asked;
  const names = { household, organisation, person } as never as { household: string };
  return { ...names, kilograms: toUnits(kilograms, 4), shares: toUnits(shares, 4), at };
}

/** Its place among the holders that were surveyed. */
interface Numbered {
  readonly at: number;
}

/** A plan divided, or why not. */
export function divided(
  terms: EventData<"PlanDrafted">,
  holders: readonly PlanHolder[],
): Division | DivisionRefusal {
  return divide(planWith(terms, holders));
}

/** What freezing asks of a row's declaration: names items of the vault, and makes salts. */
export interface Sealer {
  seal(household: string | undefined, content: JsonObject): string;
  fingerprint(content: JsonObject): string;
}

/** A division as the list that a step freezes: its lines, their hash and that of the list. */
export function frozenList(
  plan: string,
  version: number,
  division: Division,
  holders: readonly PlanHolder[],
  sealer: Sealer,
) {
  const lines = [...division.lines()].map((line) => {
    const holder = holders[(line.holder as Line["holder"] & Numbered).at];
    if (holder === undefined) throw new Error("a line is one of a holder");
    return frozenLine({ plan, version }, line, holder, sealer);
  });
  const { hash, manifest } = hashList(plan, version, lines);
  return { ...listOf(listName(plan, version), lines), root: manifest.root, hash };
}

function frozenLine(
  of: { readonly plan: string; readonly version: number },
  { line, basis, factor, claim, amount }: Line,
  holder: PlanHolder,
  { seal, fingerprint }: Sealer,
): FrozenLine {
  const { household, organisation, person, priority, village } = holder;
  // Nobody without the ledger's key can make it, and whoever decides again makes the same.
  const salt = Buffer.from(fingerprint({ ...of, line, salt: "list" }), "base64url").toString("hex");
  const opening: Opening = {
    account: holder.account,
    holder: holder.holder,
    household: household ?? organisation ?? "",
    name: holder.name,
    person: person ?? "",
    salt,
    status: holder.status,
  };
  const leaf: Leaf = {
    amount,
    commit: commitment(opening),
    line,
    shown: shown(holder.name, organisation !== undefined),
    village,
  };
  const { account, holder: accountHolder, name, status } = opening;
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
    sealed: seal(household, { account, holder: accountHolder, name, salt, status }),
  };
}
