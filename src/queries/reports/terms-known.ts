/** The terms of contracts by day, as known at a position (`$1`): a part of a WITH clause. */
export const termsKnown = `
  terms AS MATERIALIZED (
    SELECT t.* FROM read.contract_terms t JOIN (
      SELECT contract, max(position) AS position FROM read.contract_terms
      WHERE position <= $1 GROUP BY contract) AS last USING (contract, position))`;

/** Whether terms `t` are those of a day. */
export function areTermsOf(day: string): string {
  return `coalesce(t.since <= ${day}, true) AND coalesce(${day} < t.before, true)`;
}
