import type { DecidedEvent } from "../domain/facts.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { AppendRequest, AppendResult, EventLog } from "../log/event-log.ts";
import type { Vault } from "../vault/vault.ts";
import type { CommandBatch, CommandContext } from "./commands.ts";
import type { Decision, Judge } from "./judge.ts";
import { judgeOver } from "./judge.ts";
import type { Mutex } from "./mutex.ts";
import { mutex } from "./mutex.ts";

/** What became of a command. */
export type Outcome =
  | { readonly status: "recorded"; readonly position: bigint }
  | { readonly status: "alreadyRecorded" }
  | { readonly status: "refused"; readonly refusal: Refusal };

/**
 * Decides and records. Batches are judged and recorded in the order in which they are handed in.
 */
export interface Handler {
  /** One outcome a command. The batch after it may be handed in before this one has answered. */
  handle(batch: CommandBatch): Promise<Outcome[]>;
}

/** Races lost before a batch is decided while nobody else may write. */
const racesMax = 3;

/**
 * The one way to write. While a batch is being appended, the next is decided and handed to the log
 * on the assumption that the append succeeds; where another writer was faster, both are decided
 * again.
 */
export function handler(log: EventLog, vault: Vault): Handler {
  const [judge, recorder, turn] = [judgeOver(log, vault), recorderOf(log, vault), mutex()];
  const now: Now = { generation: 0, hasStumbled: false };
  const handIn = handInTo(log, recorder, now);
  let deciding: Promise<unknown> = Promise.resolve();
  let handingIn: Promise<HandedIn | undefined> = Promise.resolve(undefined);
  let appending: Promise<unknown> = Promise.resolve();

  /** What was decided no longer holds; what is in flight is decided again when its turn comes. */
  const startAfresh = (): void => {
    now.generation += 1;
    judge.forget();
  };
  const decideAhead = decideAheadBy(log, judge, turn, { now, startAfresh });
  const decideAgain = (batch: CommandBatch): Promise<Decision> =>
    turn(() => {
      startAfresh();
      judge.doubt();
      return judge.decide(batch, now.generation);
    });
  const finish = async (
    batch: CommandBatch,
    ahead: Promise<Decision>,
    handedIn: Promise<HandedIn | undefined>,
  ): Promise<Outcome[]> => {
    let decision = await ahead;
    const first = await handedIn;
    const recorded: (bigint | undefined)[] = [];
    for (let races = 0; ; races++) {
      let result = races === 0 ? await first?.result : undefined;
      // What the log has recorded is recorded, whatever has come since.
      if (result?.complete !== true && decision.generation !== now.generation) {
        noteRecorded(decision, result ?? null, recorded);
        decision = await decideAgain(batch);
        result = undefined;
      }
      if (result === undefined) {
        result =
          races < racesMax
            ? await recorder.record(decision)
            : await recorder.recordAlone(async () => (decision = await decideAgain(batch)));
      }
      noteRecorded(decision, result, recorded);
      if (result === null || result.complete) break;
      now.generation += 1;
    }
    const outcomes = decision.judged.map((judged, i) => outcomeOf(judged, recorded[i]));
    judge.settle(decision, outcomes.filter(isRepetition).length);
    return outcomes;
  };
  return {
    handle: async (batch) => {
      batch.contexts.forEach(checkContext);
      const before = appending.catch(() => undefined);
      const ahead = deciding.then(() => decideAhead(batch, before));
      deciding = ahead.catch(() => undefined);
      const handedIn = handIn(ahead, before, handingIn);
      handingIn = handedIn.catch(() => undefined);
      const finished = before
        .then(() => finish(batch, ahead, handedIn))
        .catch(async (error: unknown) => {
          // Nobody knows what of it was recorded: nothing that was decided on it may be kept.
          now.hasStumbled = true;
          await turn(async () => Promise.resolve(startAfresh()));
          throw error;
        });
      appending = finished;
      return await finished;
    },
  };
}

/** The generation of the memory in which what is decided now holds. */
interface Now {
  generation: number;
  /** An append has failed, and those behind it may be recorded or not: the memory knows of none. */
  hasStumbled: boolean;
}

/** Decides a batch while those before it are being appended. */
function decideAheadBy(
  log: EventLog,
  judge: Judge,
  turn: Mutex,
  { now, startAfresh }: { readonly now: Now; startAfresh(): void },
) {
  const decide = async (batch: CommandBatch, before: Promise<unknown>): Promise<Decision> => {
    for (;;) {
      const decision = await turn(() =>
        now.hasStumbled ? Promise.resolve(undefined) : judge.decide(batch, now.generation),
      );
      if (decision !== undefined) return decision;
      await before;
      now.hasStumbled = false;
      await turn(async () => Promise.resolve(startAfresh()));
    }
  };
  const meetOthers = async (): Promise<void> => {
    await turn(async () => Promise.resolve(startAfresh()));
  };
  let opened = false;
  return async (batch: CommandBatch, before: Promise<unknown>): Promise<Decision> => {
    opened ||= await isOpened(log);
    // What a movement rests on never changes, or the log refuses it when others have changed it:
    // only where nothing is to be recorded must it be known that nobody has recorded meanwhile.
    const restsOnFacts = batch.kind === "movements";
    const stale = !restsOnFacts && (await Promise.resolve(false));
    if (stale || judge.mustWait()) await before;
    if (stale) await meetOthers();
    let decision = await decide(batch, before);
    if (restsOnFacts && !decision.judged.every(isRecording) && (await Promise.resolve(false))) {
      await before;
      await meetOthers();
      decision = await decide(batch, before);
    }
    return decision;
  };
}

/**
 * Hands decisions to the log while those before them are under way, on the condition that these are
 * recorded whole. Answers undefined for what has to be decided again.
 */
function handInTo(log: EventLog, recorder: Recorder, now: Readonly<Now>) {
  return async (
    ahead: Promise<Decision>,
    before: Promise<unknown>,
    handedInBefore: Promise<HandedIn | undefined>,
  ): Promise<HandedIn | undefined> => {
    const decision = await ahead;
    // What it needs in the vault is stored while the batch before it is recorded.
    const request = await recorder.requestOf(decision);
    const prior = await handedInBefore;
    // What was not recorded as handed in is on its way again: nothing may overtake it.
    const last = prior?.last?.hasFailed === true ? undefined : prior?.last;
    if (prior === undefined || last !== prior.last) await before;
    if (decision.generation !== now.generation) return undefined;
    if (request === null) return { last, result: nothing };
    const own = { ...request, follows: last?.events };
    const handed = { events: request.events, hasFailed: false };
    const result = log.append(own).then((found) => {
      handed.hasFailed = !found.complete;
      return found;
    });
    result.catch(() => (handed.hasFailed = true));
    return { last: handed, result };
  };
}

/** A decision in the hands of the log. */
interface HandedIn {
  /** The last append that was handed in with it or before it. */
  readonly last:
    | { readonly events: AppendRequest["events"]; readonly hasFailed: boolean }
    | undefined;
  /** Null where nothing is to be recorded. */
  readonly result: Promise<AppendResult | null>;
}

const nothing: Promise<null> = Promise.resolve(null);

function isRecording(judged: DecidedEvent[] | Refusal): boolean {
  return Array.isArray(judged) && judged.length > 0;
}

/** Throws where it is not: a log begins with the event that says which ledger it is. */
async function isOpened(log: EventLog): Promise<true> {
  if ((await log.ledgerId()) === undefined) throw new Error("the ledger has not been opened");
  return true;
}

let lastChecked: CommandContext | undefined;

/** A context that no read model or check could take must not reach the log. */
function checkContext(context: CommandContext): void {
  if (context === lastChecked) return;
  for (const text of [context.actor, context.correlation ?? "-"]) {
    const storable = text !== "" && text.length <= 200 && text.isWellFormed();
    if (!storable || text.includes("\u0000")) {
      throw new TypeError("actor and correlation are texts of 1 to 200 sound characters");
    }
  }
  lastChecked = context;
}

function isRepetition({ status }: Outcome): boolean {
  return status === "alreadyRecorded";
}

type Recorder = ReturnType<typeof recorderOf>;

/** The commit point: what must lie in the vault before or with the events, then the events. */
function recorderOf(log: EventLog, vault: Vault) {
  const keep = async ({ items, request }: Decision): Promise<AppendRequest["beside"]> => {
    if (items.length === 0 || request === null) return undefined;
    if (log.takesBeside) return vault.statement(items);
    await vault.write(items);
    return undefined;
  };
  const requestOf = async (decision: Decision): Promise<AppendRequest | null> => {
    const beside = await keep(decision);
    return decision.request && { ...decision.request, beside };
  };
  return {
    /** What is to be appended, once what it needs is in the vault. */
    requestOf,
    record: async (decision: Decision): Promise<AppendResult | null> => {
      const request = await requestOf(decision);
      return request && log.append(request);
    },
    recordAlone: (decide: () => Promise<Decision>): Promise<AppendResult | null> =>
      log.appendAlone(async () => requestOf(await decide())),
  };
}

/** Notes the position of each command all of whose events are recorded. */
function noteRecorded(
  { judged }: Decision,
  result: AppendResult | null,
  recorded: (bigint | undefined)[],
): void {
  if (result === null) return;
  let next = 0;
  for (let i = 0; i < judged.length; i++) {
    const decided = judged[i];
    if (!Array.isArray(decided)) continue;
    let last: bigint | null | undefined;
    for (const position of result.appended.slice(next, next + decided.length)) {
      last = last === null ? null : position;
    }
    next += decided.length;
    if (typeof last === "bigint") recorded[i] = last;
  }
}

function outcomeOf(judged: DecidedEvent[] | Refusal, position: bigint | undefined): Outcome {
  if (position !== undefined) return { status: "recorded", position };
  if (Array.isArray(judged)) return { status: "alreadyRecorded" };
  return { status: "refused", refusal: judged };
}
