/** The terms of contracts by day, as known at a position (`$1`): a part of a WITH clause. */
export const termsKnown = `
  terms AS MATERIALIZED (
    SELECT t.* FROM read.contract_terms t
    WHERE t.position <= $1 AND NOT EXISTS (
      SELECT FROM read.contract_terms l
      WHERE l.contract = t.contract AND l.position > t.position AND l.position <= $1))`;

/** Whether terms `t` are those of a day. */
export function areTermsOf(day: string): string {
  return `coalesce(t.since <= ${day}, true) AND coalesce(${day} < t.before, true)`;
}
