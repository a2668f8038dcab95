import type { DecidedEvent } from "../domain/facts.ts";
import type { AppendRequest, AppendResult, EventLog, StreamRefused } from "../log/event-log.ts";
import type { Vault } from "../vault/vault.ts";
import { statementItemsMax } from "../vault/vault.ts";
import type { Decision } from "./decide.ts";

/** The commit point: what must lie in the vault before or with the events, then the events. */
export interface Committer {
  /** What is to be appended, once what it needs is in the vault; null where that is nothing. */
  requestOf(decision: Decision): Promise<AppendRequest | null>;
  /** Appends it, or confirms it where nothing is to be recorded. */
  append(decision: Decision): Promise<AppendResult | null | undefined>;
  /**
   * Null where what a decision rests on still stands, all of it at one moment; undefined where it
   * has moved. Who records nothing has nobody else to say so.
   */
  confirm(decision: Decision): Promise<null | undefined>;
  /** Decides and appends while nobody else can record. */
  appendAlone(decide: () => Promise<Decision>): Promise<AppendResult | null>;
}

/** Commits to a log and a vault. */
export function committerTo(log: EventLog, vault: Vault): Committer {
  const requestOf = async ({ items, request }: Decision): Promise<AppendRequest | null> => {
    if (items.length === 0 || request === null) return request;
    const isBeside = log.takesBeside && items.length <= statementItemsMax;
    if (isBeside) return { ...request, beside: await vault.statement(items) };
    // Items whose events never come are swept after a day.
    await vault.write(items);
    return request;
  };
  const confirm = async ({ restsOn }: Decision): Promise<null | undefined> => {
    const { position } = await log.head();
    return position > restsOn.asOf && (await log.moved(restsOn)) ? undefined : null;
  };
  return {
    requestOf,
    confirm,
    append: async (decision) => {
      const request = await requestOf(decision);
      return request === null ? confirm(decision) : log.append(request);
    },
    appendAlone: (decide) => log.appendAlone(async () => requestOf(await decide())),
  };
}

/** Notes the position of each command all of whose events are recorded. */
export function noteRecorded(
  decision: Decision,
  { appended }: AppendResult,
  recorded: (bigint | undefined)[],
): void {
  for (const { command, begin, end } of spansOf(decision)) {
    const positions = appended.slice(begin, end);
    const last = positions.at(-1);
    if (!positions.includes(null) && last != null) recorded[command] = last;
  }
}

/** Notes the commands with an event of a stream that the log takes nothing for; whether any is. */
export function noteFailed(
  decision: Decision,
  { failed: streams }: AppendResult,
  failed: Map<number, StreamRefused>,
): boolean {
  if (streams === undefined) return false;
  const before = failed.size;
  for (const { command, events } of spansOf(decision)) {
    for (const { stream } of events) {
      const error = streams.get(stream);
      if (error !== undefined) failed.set(command, error);
    }
  }
  return failed.size > before;
}

/** The commands of a decision that have events, with the place of those in its append. */
function* spansOf({ judged }: Decision) {
  let begin = 0;
  for (const [command, events] of judged.entries()) {
    if (!Array.isArray(events) || events.length === 0) continue;
    const end = begin + events.length;
    yield { command, begin, end, events: events as readonly DecidedEvent[] };
    begin = end;
  }
}
