import { Mutex } from "async-mutex";
import type { DecidedEvent } from "../domain/facts.ts";
import type { Kind } from "../domain/kind.ts";
import { kindOf } from "../domain/kinds.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Remark } from "../domain/remark.ts";
import { remarksIn } from "../domain/remark.ts";
import type { AppendResult, EventLog } from "../log/event-log.ts";
import { AppendAmbiguous, NotTheWriter, StreamRefused } from "../log/event-log.ts";
import type { Vault } from "../vault/vault.ts";
import { aheadOf } from "./ahead.ts";
import type { CommandBatch } from "./commands.ts";
import { checkContexts } from "./commands.ts";
import { committerTo, noteFailed, noteRecorded } from "./commit.ts";
import type { Decision, Failed, Judged } from "./decide.ts";
import { deciderOver } from "./decide.ts";
import type { Surveyor } from "./memory.ts";

/** What became of a command. */
export type Outcome =
  | {
      readonly status: "recorded";
      readonly position: bigint;
      /** What rules that a policy pack turns have reported of it, where any did. */
      readonly remarks?: readonly Remark[];
    }
  | { readonly status: "alreadyRecorded" }
  | { readonly status: "refused"; readonly refusal: Refusal }
  /** Neither recorded nor judged: the log does not take or give a stream that it needs. */
  | { readonly status: "failed"; readonly error: StreamRefused };

/**
 * Decides and records. Batches are judged and recorded in the order in which they are handed in.
 */
export interface Handler {
  /** One outcome a command. The batch after it may be handed in before this one has answered. */
  handle(batch: CommandBatch): Promise<Outcome[]>;
}

/** Conflicts in a row before a batch is decided while nobody else can record. */
const conflictsMax = 3;

/**
 * The one way to write: decide, append, and where the append was refused because something it rests
 * on has moved, decide and append again.
 *
 * A batch is recorded when its append has answered, and not before. A process that dies in between
 * has recorded it or not; sent again, what is recorded is found by its key. Batches are decided and
 * handed to the log while those before them are under way (`ahead.ts`); here each is finished in
 * its turn.
 */
export function handler(
  log: EventLog,
  vault: Vault,
  kind: (name: string) => Kind = kindOf,
  surveyor: Surveyor = unasked,
): Handler {
  const decider = deciderOver(log, vault, kind, surveyor);
  const committer = committerTo(log, vault);
  const deciding = new Mutex();
  const ahead = aheadOf({ log, decider, committer, deciding });
  const decideAfresh = (batch: CommandBatch, failed: Failed, how?: "alone"): Promise<Decision> =>
    deciding.runExclusive(() => {
      decider.startAfresh();
      return decider.decide(batch, failed, how);
    });
  const finish = async (
    batch: CommandBatch,
    first: Decision,
    handedIn: Promise<AppendResult | null> | undefined,
  ): Promise<Outcome[]> => {
    let decision = first;
    // The commit point of a batch that was handed in ahead.
    let result = await handedIn;
    const recorded: (bigint | undefined)[] = [];
    const failed = new Map<number, StreamRefused>();
    try {
      for (let conflicts = 1; !isDone(decision, result); conflicts++) {
        if (result) noteRecorded(decision, result, recorded);
        // What went with a command that can never be recorded is decided without it.
        if (result && noteFailed(decision, result, failed)) conflicts = 0;
        if (conflicts > conflictsMax) {
          const again = async () => (decision = await decideAfresh(batch, failed, "alone"));
          result = await committer.appendAlone(again);
        } else {
          decision = await decideAfresh(batch, failed);
          result = await committer.append(decision);
        }
      }
    } catch (error) {
      throw recorded.length === 0 ? error : orAmbiguous(error);
    }
    if (result) noteRecorded(decision, result, recorded);
    const outcomes = decision.judged.map((judged, i) => outcomeOf(judged, recorded[i]));
    decider.settle(decision, outcomes.filter(isRepetition).length);
    return outcomes;
  };
  /** Whether all of a decision is recorded, or there is nothing to record and it still holds. */
  const isDone = (decision: Decision, result: AppendResult | null | undefined): boolean =>
    result == null ? result === null && decider.holds(decision) : result.complete;
  return {
    handle: async (batch) => {
      checkContexts(batch.contexts);
      return ahead.take(batch, (decision, handedIn) => finish(batch, decision, handedIn));
    },
  };
}

/** For ledgers without read models. */
const unasked: Surveyor = ({ survey }) =>
  Promise.reject(new Error(`nobody is there to ask for ${survey.name}`));

/** Of a batch that is recorded in part nobody may hear that nothing was. */
function orAmbiguous(error: unknown): unknown {
  if (error instanceof AppendAmbiguous || error instanceof NotTheWriter) return error;
  return new AppendAmbiguous("a part of this is recorded", { cause: error });
}

function isRepetition({ status }: Outcome): boolean {
  return status === "alreadyRecorded";
}

function isDecided(judged: Judged): judged is readonly DecidedEvent[] {
  return Array.isArray(judged);
}

function outcomeOf(judged: Judged, position: bigint | undefined): Outcome {
  if (position !== undefined) {
    const remarks = isDecided(judged) ? remarksIn(judged) : undefined;
    const status = "recorded";
    return remarks === undefined ? { status, position } : { status, position, remarks };
  }
  if (judged instanceof StreamRefused) return { status: "failed", error: judged };
  if ("code" in judged) return { status: "refused", refusal: judged };
  return { status: "alreadyRecorded" };
}
