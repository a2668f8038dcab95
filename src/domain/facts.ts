import type { JsonObject } from "../encoding/canonical.ts";
import type { EventData, EventOf, EventsUnder, KeySpace, LedgerEvent } from "../../events/index.ts";
import type { EventName } from "../../events/index.ts";
import type { ListClosed, ListMaking } from "./list.ts";

/** An event as the rules see it: what it says, and its day; a list is whole. */
export type KnownEvent<N extends EventName = EventName> = EventOf<N> & {
  readonly effectiveDate: string;
};

/**
 * The stream and keys an event is recorded under; see `src/log/event-log.ts` for what they guard.
 */
interface Place {
  readonly stream: string;
  readonly key: string;
  readonly nth: number;
  readonly once?: string;
  readonly effectiveDate: string;
  /** The policy packs that it was decided under, where there are any but the base. */
  readonly pack?: string;
}

/** An event as it is recorded. */
export type DecidedEvent = LedgerEvent & Place;

/** An event whose list is made while it is recorded. */
export type Listing = {
  readonly [N in EventName]: {
    readonly type: N;
    readonly making: ListMaking;
    /** What the event says, once its list is made. */
    readonly close: (list: ListClosed<never>) => EventData<N>;
  };
}[EventName];

/** Such an event with its place. */
export type DecidedListing = Listing & Place;

/** A key of a space: `movement:YW-1`. */
export type Key<K extends KeySpace> = `${K}:${string}`;

/** How the events of one stream become a state: a sum, a set, an order. */
export interface Fold<S> {
  /** The state of a stream without events. */
  start(): S;
  /** Changes the state by one event of the stream; events come in their order. */
  apply(state: S, event: KnownEvent): void;
}

/**
 * What is asked of the read models: for what is too much to be folded, such as all who hold shares.
 * An answer says what was recorded up to the head; the decision then rests on nothing being
 * recorded behind that in any of the `categories` of streams.
 */
export interface Survey<P extends JsonObject, R> {
  readonly name: string;
  readonly categories: readonly StreamCategory[];
  /**
   * The answer with an event of these categories that is decided and may not be recorded yet. The
   * read models may have it already: an event that the answer knows changes nothing. Without it,
   * nothing may be on its way when the survey is asked.
   */
  readonly with?: (answer: R, parameters: P, event: KnownEvent) => R;
  /** Gives types to parameters and answer; there is no such member. */
  readonly types?: { readonly parameters: P; readonly answer: R };
}

/**
 * What is known when a command is decided: everything recorded before it and nothing else. An
 * answer that is not in memory is noted as missing; it is loaded, and the command is judged again.
 * Everything asked for is what the decision rests on.
 */
export interface Facts {
  /**
   * The newest event under the command's own key. For kinds that say `mostlyNew`, it may be taken
   * for new until it is recorded.
   */
  own<K extends KeySpace>(key: Key<K>): KnownEvent<EventsUnder<K>> | undefined;
  /** The newest event under a key, see `keys`. */
  known<K extends KeySpace>(key: Key<K>): KnownEvent<EventsUnder<K>> | undefined;
  /** The event recorded under a `once`, see `onces`. */
  first<O extends OnceSpace>(once: `${O}:${string}`): KnownEvent<OnceEvents[O]> | undefined;
  /** What the events of a stream come to, of what is recorded so far. */
  state<S>(fold: Fold<S>, stream: string): S;
  /** How often something has been recorded under a key. */
  count(key: string): number;
  /**
   * What the read models say, undefined while it is not loaded. For kinds that say `surveys`, what
   * is before their commands is recorded first; others ask surveys that say what events change.
   */
  survey<P extends JsonObject, R>(survey: Survey<P, R>, parameters: P): R | undefined;
}

/** The keys under which things are recorded, one namespace for the whole log. */
export const keys = {
  movement: (reference: string) => `movement:${reference}` as const,
  contract: (contract: string) => `contract:${contract}` as const,
  household: (household: string) => `household:${household}` as const,
  person: (person: string) => `person:${person}` as const,
  account: (person: string) => `account:${person}` as const,
  /** Place and status of a household. */
  status: (household: string) => `status:${household}` as const,
  organisation: (organisation: string) => `organisation:${organisation}` as const,
  income: (income: string) => `income:${income}` as const,
  plan: (plan: string) => `plan:${plan}` as const,
  basis: (basis: string) => `basis:${basis}` as const,
  step: (step: string) => `step:${step}` as const,
  batch: (batch: string) => `batch:${batch}` as const,
  /** A bank's file by its kind, account and message id. */
  bankFile: (kind: string, account: string, message: string) =>
    `bankfile:${JSON.stringify([kind, account, message])}` as const,
  entry: (entry: string) => `entry:${entry}` as const,
  payment: (payment: string) => `payment:${payment}` as const,
  month: (month: string) => `month:${month}` as const,
  pack: (pack: string) => `pack:${pack}` as const,
  fund: (fund: string) => `fund:${fund}` as const,
  modelStep: (step: string) => `modelstep:${step}` as const,
  project: (project: string) => `project:${project}` as const,
  projectStep: (step: string) => `projectstep:${step}` as const,
  allocation: (allocation: string) => `allocation:${allocation}` as const,
  disbursement: (disbursement: string) => `disbursement:${disbursement}` as const,
  reimbursement: (reimbursement: string) => `reimbursement:${reimbursement}` as const,
  refund: (refund: string) => `refund:${refund}` as const,
  binding: (binding: string) => `binding:${binding}` as const,
  attendance: (attendance: string) => `attendance:${attendance}` as const,
  condition: (condition: string) => `condition:${condition}` as const,
  activity: (activity: string) => `activity:${activity}` as const,
  officer: (officer: string) => `officer:${officer}` as const,
  duty: (duty: string) => `duty:${duty}` as const,
  entityYear: (report: string) => `entityyear:${report}` as const,
  sanction: (sanction: string) => `sanction:${sanction}` as const,
  roundStep: (step: string) => `roundstep:${step}` as const,
  loan: (loan: string) => `loan:${loan}` as const,
  loanStep: (step: string) => `loanstep:${step}` as const,
  subsidy: (subsidy: string) => `subsidy:${subsidy}` as const,
  guarantee: (guarantee: string) => `guarantee:${guarantee}` as const,
  policy: (policy: string) => `policy:${policy}` as const,
  claimStep: (step: string) => `claimstep:${step}` as const,
  riskFlow: (flow: string) => `riskflow:${flow}` as const,
  herdFlow: (flow: string) => `herdflow:${flow}` as const,
  asset: (asset: string) => `asset:${asset}` as const,
  assetStep: (step: string) => `assetstep:${step}` as const,
  case: (id: string) => `case:${id}` as const,
  caseStep: (step: string) => `casestep:${step}` as const,
  liquidation: (entry: string) => `liquidation:${entry}` as const,
  correction: (correction: string) => `correction:${correction}` as const,
  ending: (ending: string) => `ending:${ending}` as const,
  /** Parts of a list that come before its closing event. */
  list: (list: string) => `list:${list}` as const,
};

/** The events that happen only once, by the word before the colon of their `once`. */
interface OnceEvents {
  readonly register: "ShareContractSigned";
  readonly amendment: "ContractAmended" | "ShareContractAmended";
  readonly "reversal-of":
    | "PaymentReversed"
    | "HouseholdMovementReversed"
    | "ShareIssueReversed"
    | "ShareMovementReversed"
    | "DividendReversed"
    | "LossReversed";
  readonly objection: "ObjectionFiled";
}

/** The word before the colon of a `once`. */
export type OnceSpace = keyof OnceEvents;

/** What may happen only once, whatever the key of the event that makes it happen. */
export const onces = {
  /** A share contract names a register for the first time, which opens it. */
  registerOpened: (register: string) => `register:${register}` as const,
  /** An amendment is one of the events about its contract; this is its own number. */
  contractAmended: (amendment: string) => `amendment:${amendment}` as const,
  movementReversed: (reference: string) => `reversal-of:${reference}` as const,
  /** An objection has a number of its own, whatever plan it is about. */
  objectionFiled: (objection: string) => `objection:${objection}` as const,
};

/** A category of streams: the word before the first hyphen of their names. */
export type StreamCategory = keyof typeof streams;

/** The streams in which things are recorded: the boundaries of consistency. */
export const streams = {
  household: (household: string): string => `household-${household}`,
  organisation: (organisation: string): string => `organisation-${organisation}`,
  contract: (contract: string): string => `contract-${contract}`,
  register: (register: string): string => `register-${register}`,
  income: (income: string): string => `income-${income}`,
  basis: (plan: string): string => `basis-${plan}`,
  batch: (batch: string): string => `batch-${batch}`,
  bank: (account: string): string => `bank-${account}`,
  period: (): string => "period-months",
  pack: (): string => "pack-all",
  programme: (): string => "programme-all",
};
