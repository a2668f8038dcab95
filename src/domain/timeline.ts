/** What something holds day by day: the days on which it changes, ascending, and by how much. */
export interface Timeline {
  readonly days: string[];
  readonly changes: bigint[];
}

/** Something that holds nothing on any day. */
export function emptyTimeline(): Timeline {
  return { days: [], changes: [] };
}

/** Changes what something holds, from a day on. */
export function changeFrom({ days, changes }: Timeline, day: string, by: bigint): void {
  // Most changes are of the last day or later.
  const later = days.length - 1 - days.findLastIndex((one) => one <= day);
  const at = days.length - later;
  if (days[at - 1] === day) {
    changes[at - 1] = (changes[at - 1] ?? 0n) + by;
    return;
  }
  days.splice(at, 0, day);
  changes.splice(at, 0, by);
}

/** What something holds at the end of a day. */
export function heldAt({ days, changes }: Timeline, day: string): bigint {
  let held = 0n;
  for (let at = 0; at < days.length && (days[at] ?? "") <= day; at++) held += changes[at] ?? 0n;
  return held;
}

/** The least that something holds at the end of a day, or of a later one. */
export function leastFrom(timeline: Timeline, day: string): bigint {
  const { days, changes } = timeline;
  let held = heldAt(timeline, day);
  let least = held;
  for (let at = days.findIndex((one) => one > day); at >= 0 && at < days.length; at++) {
    held += changes[at] ?? 0n;
    if (held < least) least = held;
  }
  return least;
}
