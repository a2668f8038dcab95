// Kinds of the tests' own whose facts change: gates that are opened and closed, funds that are
// filled and emptied, houses that are visited, tokens that are taken once, and grants, which rest
// on all of those and lie in streams of their own. Released types of events carry them.
import type { DecidedEvent, Facts, Fold } from "../../src/domain/facts.ts";
import { keys, onces, streams } from "../../src/domain/facts.ts";
import type { Kind } from "../../src/domain/kind.ts";
import type { Refusal } from "../../src/domain/refusal.ts";
import { refuse } from "../../src/domain/refusal.ts";

/** Opens or closes a gate. */
export interface GateCommand {
  readonly gate: string;
  readonly to: "open" | "closed";
}

/** Puts whole yuan into a fund, below zero: takes them out. */
export interface FundCommand {
  readonly reference: string;
  readonly fund: string;
  readonly amount: number;
}

/** Visits a house once more. */
export interface VisitCommand {
  readonly house: string;
}

/** Takes a token, which may be taken once, through an open gate. */
export interface TokenCommand {
  readonly reference: string;
  readonly token: string;
  readonly gate: string;
}

/**
 * Is given through an open gate, while its token is free, its fund is not over half and its house
 * was visited an odd number of times.
 */
export interface GrantCommand extends TokenCommand {
  readonly fund: string;
  readonly house: string;
}

/** What a fund may hold. */
export const fundMax = 20;

const effectiveDate = "2025-05-01";

/** The sum of a fund, in whole yuan. */
const balance: Fold<{ sum: number }> = {
  start: () => ({ sum: 0 }),
  apply: (state, { type, data }) => {
    if (type === "RentPaid") state.sum += Number(data.amount);
    if (type === "PaymentReversed") state.sum -= Number(data.amount);
  },
};

function balanceOf(facts: Facts, fund: string): number {
  return facts.state(balance, streams.contract(fund)).sum;
}

const gates = kind<GateCommand>("gates", false, ({ gate, to }, facts) => {
  const key = keys.organisation(gate);
  const known = facts.known(key);
  if (known?.data.name === to) return [];
  const data = { organisation: gate, name: to, kind: "", creditCode: "", division: "" };
  const type = known === undefined ? "OrganisationRegistered" : "OrganisationDetailsCorrected";
  const at = { stream: streams.organisation(gate), key, nth: facts.count(key), effectiveDate };
  return [{ ...at, type, data }];
});

const funds = kind<FundCommand>("funds", true, ({ reference, fund, amount }, facts) => {
  const key = keys.movement(reference);
  const yuan = `${Math.abs(amount)}.00`;
  const type = amount > 0 ? "RentPaid" : "PaymentReversed";
  const known = facts.own(key);
  if (known?.type === "RentPaid" || known?.type === "PaymentReversed") {
    const { contract, amount: recorded } = known.data;
    if (known.type === type && contract === fund && recorded === yuan) return [];
    return refuse("ReferenceConflict", "recorded with other content");
  }
  const sum = balanceOf(facts, fund) + amount;
  if (sum < 0) return refuse("NoShares", "the fund has not that much");
  if (sum > fundMax) return refuse("AmountMismatch", "the fund would hold too much");
  const common = { reference, household: "H", organisation: "O", contract: fund, amount: yuan };
  const at = { stream: streams.contract(fund), key, nth: 0, effectiveDate };
  if (type === "RentPaid") return [{ ...at, type, data: { ...common, quantity: "1", price: "1" } }];
  return [{ ...at, type, data: { ...common, leg: "rent", reverses: "M" } }];
});

function visitOf(house: string, nth: number): DecidedEvent {
  const data = { household: house, county: "", township: "", village: "" };
  const at = { stream: streams.household(house), key: keys.status(house), nth, effectiveDate };
  return { ...at, type: "HouseholdStatusRecorded", data };
}

const visits = kind<VisitCommand>("visits", false, ({ house }, facts) => [
  visitOf(house, facts.count(keys.status(house))),
]);

/** Why nothing passes a gate, if nothing does. */
function barred(facts: Facts, gate: string): Refusal | undefined {
  const name = facts.known(keys.organisation(gate))?.data.name;
  if (name === undefined) return refuse("OrganisationUnknown", "there is no such gate");
  return name === "open" ? undefined : refuse("ContractNotInForce", "the gate is closed");
}

const tokens = kind<TokenCommand>("tokens", false, ({ reference, token, gate }, facts) => {
  const key = keys.contract(reference);
  const known = facts.own(key);
  if (known !== undefined) {
    const { register, organisation } = known.data;
    if (register === token && organisation === gate) return [];
    return refuse("ReferenceConflict", "recorded with other content");
  }
  const closed = barred(facts, gate);
  if (closed !== undefined) return closed;
  const once = onces.registerOpened(token);
  if (facts.first(once) !== undefined) return refuse("AlreadyReversed", "the token is taken");
  const terms = { from: effectiveDate, parValue: "1" };
  const data = { contract: reference, organisation: gate, register: token, ...terms };
  const at = { stream: `register-${reference}`, key, nth: 0, once, effectiveDate };
  return [{ ...at, type: "ShareContractSigned", data }];
});

const grants = kind<GrantCommand>("grants", true, (command, facts) => {
  const { reference, gate, fund, house, token } = command;
  const key = keys.household(reference);
  if (facts.own(key) !== undefined) return [];
  const closed = barred(facts, gate);
  if (closed !== undefined) return closed;
  const taken = facts.first(onces.registerOpened(token)) !== undefined;
  if (taken) return refuse("AlreadyReversed", "the token is taken");
  if (balanceOf(facts, fund) * 2 > fundMax) return refuse("AmountMismatch", "the fund is full");
  if (facts.count(keys.status(house)) % 2 === 0) return refuse("HouseholdUnknown", "not odd");
  const at = { stream: streams.household(reference), key, nth: 0, effectiveDate };
  const given = { ...at, type: "HouseholdRegistered", data: { household: reference } } as const;
  return [given, visitOf(reference, 0)];
});

/** Every kind of them by its name. */
export const changingKinds: Readonly<Record<string, Kind>> = Object.fromEntries(
  [gates, funds, visits, tokens, grants].map((one): [string, Kind] => [one.name, one]),
);

function kind<Command>(
  name: string,
  mostlyNew: boolean,
  decide: (command: Command, facts: Facts) => DecidedEvent[] | Refusal,
): Kind<Command> {
  return {
    name,
    mostlyNew,
    summary: name,
    right: "record",
    columns: {},
    idColumn: "",
    isFile: false,
    examples: [],
    parse: () => {
      throw new Error("its commands are made, not parsed");
    },
    decide: (command, { facts }) => decide(command, facts),
  };
}
