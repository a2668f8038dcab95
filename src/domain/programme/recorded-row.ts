import { turned } from "../../../events/define.ts";
import type { EventData } from "../../../events/index.ts";
import type {
  ProgrammeEventName,
  ProgrammeKind,
  programmeKinds,
} from "../../../events/programme.ts";
import { programmeEventOf, programmeEvents } from "../../../events/programme.ts";

/** The type of event that a kind of row is recorded as. */
type EventOfKind<K extends ProgrammeKind> = {
  [N in ProgrammeEventName]: (typeof programmeKinds)[N] extends K ? N : never;
}[ProgrammeEventName];

/** A row of the programme as it is recorded; `kind` tells rows apart. */
export type ProgrammeRow<K extends ProgrammeKind = ProgrammeKind> = K extends ProgrammeKind
  ? {
      readonly kind: K;
      readonly id: string;
      readonly data: EventData<EventOfKind<K>>;
      /** The day from which it counts no more: that of the row which takes it back. */
      takenBackOn: string | undefined;
    }
  : never;

/** Whether a row counts on a day: from its own to the day before the one it is taken back on. */
export function counts(
  { data, takenBackOn }: Pick<ProgrammeRow, "data" | "takenBackOn">,
  day: string,
): boolean {
  return data.date <= day && (takenBackOn === undefined || day < takenBackOn);
}

/** The households that a row names, which its correction or its end concerns, too. */
export function householdsNamed({ data }: ProgrammeRow): string[] {
  if ("households" in data && Array.isArray(data.households)) return data.households;
  return "household" in data && data.household !== undefined ? [data.household] : [];
}

/** A posting of a row with its sign turned, as what takes the row back keeps it. */
type TurnedPosting = NonNullable<EventData<"RowCorrected">["postings"]>[number];

/** The postings of a row, with their signs turned; undefined where it moved no money. */
export function turnedPostings({ kind, data }: ProgrammeRow): TurnedPosting[] | undefined {
  const found: TurnedPosting[] = [];
  programmeEvents[programmeEventOf(kind)].posts(
    data as never,
    (side, household, organisation, leg, asset, ...rest) => {
      const [amount, , of] = rest;
      found.push({
        side,
        household: household ?? undefined,
        organisation: organisation ?? undefined,
        leg,
        asset,
        amount: turned(amount),
        ...of,
      });
    },
  );
  return found.length === 0 ? undefined : found;
}
