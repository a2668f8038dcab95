import { incomeEvents } from "../../../events/income.ts";
import type { EventData } from "../../../events/index.ts";
import type { Facts } from "../facts.ts";
import { streams } from "../facts.ts";
import { fold } from "../fold.ts";
import type { HolderNames } from "./holder.ts";
import { holderKey } from "./holder.ts";

/** A line of a frozen list, as its event has it. */
export type FrozenLine = EventData<"ListFrozen">["lines"][number];

/** What rules ask of a line, once it is frozen; a list may have very many. */
export type KeptLine = Pick<
  FrozenLine,
  "line" | "household" | "organisation" | "person" | "amount" | "isPayable" | "sealed"
>;

/** The lines of one list by {@link holderKey}, in their order. */
export type ListLines = ReadonlyMap<string, KeptLine>;

function keptOf({ line, household, organisation, person, amount, ...rest }: FrozenLine): KeptLine {
  const { isPayable, sealed } = rest;
  return { line, household, organisation, person, amount, isPayable, sealed };
}

/** The lists of all plans of an income, and parts whose closing event has not been met. */
interface FrozenLists {
  readonly lists: Map<string, ListLines>;
  readonly pending: Map<string, (readonly KeptLine[])[]>;
}

/** The name of a list: a version of a plan's never changes. */
export function listName(plan: string, version: number): string {
  return `${plan}/${version}`;
}

/** The lines of the lists of an income's plans; those that lie in earlier events are put in. */
const frozenLists = fold(
  incomeEvents,
  (): FrozenLists => ({ lists: new Map(), pending: new Map() }),
  {
    IncomeRecorded: "same",
    IncomeCorrected: "same",
    PlanDrafted: "same",
    ListLinesFrozen: ({ pending }, { data: { list, lines } }) => {
      const parts = pending.get(list) ?? [];
      pending.set(list, parts);
      parts.push(lines.map(keptOf));
    },
    ListFrozen: ({ lists, pending }, { data: { list, earlier, lines } }) => {
      // What an interrupted attempt left before them does not count.
      const parts = earlier === 0 ? [] : (pending.get(list) ?? []).slice(-earlier);
      const all = [...parts.flat(), ...lines.map(keptOf)];
      lists.set(list, new Map(all.map((line) => [holderKey(line), line])));
      pending.delete(list);
    },
    ListResolved: "same",
    ListReviewed: "same",
    ListSentBack: "same",
    NoticePosted: "same",
    ObjectionFiled: "same",
    ObjectionAnswered: "same",
    NoticeEnded: "same",
    ListLinesApproved: "same",
    ListApproved: "same",
    LineHeld: "same",
    LineReleased: "same",
    LineStopped: "same",
    PayeeChanged: "same",
    LineReissued: "same",
    LineRecovered: "same",
    PlanCancelled: "same",
  },
);

const none: ListLines = new Map();

/** The lines of a version of a plan's list. */
export function linesOf(
  { income, plan }: { readonly income: string; readonly plan: string },
  version: number,
  facts: Facts,
): ListLines {
  const { lists } = facts.state(frozenLists, streams.income(income));
  return lists.get(listName(plan, version)) ?? none;
}

/** The line of a beneficiary, undefined where there is none. */
export function lineFor(lines: ListLines, names: HolderNames): KeptLine | undefined {
  return lines.get(holderKey(names));
}
