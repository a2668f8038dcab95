/** Where a query has the position it is known at and the day asked about. */
interface AsOf {
  readonly position?: string;
  readonly day?: string;
}

/** That nothing has taken back, by a day, the row of a kind and an id, both as SQL. */
export function notTakenBack(
  kind: string,
  id: string,
  { position = "$1", day = "$2" }: AsOf = {},
): string {
  return `NOT EXISTS (SELECT FROM read.programme_corrections x
    WHERE x.kind = ${kind} AND x.id = ${id}
      AND x.position <= ${position} AND x.effective <= ${day})`;
}

/** That a row of a kind counts on a day: it is known, dated by then and not taken back by then. */
export function countsBy(
  row: string,
  kind: string,
  { id = "id", position = "$1", day = "$2" }: AsOf & { readonly id?: string } = {},
): string {
  return `${row}.position <= ${position} AND ${row}.effective <= ${day}
    AND ${notTakenBack(`'${kind}'`, `${row}.${id}`, { position, day })}`;
}
