import type { Pool } from "pg";
import { projections } from "../projections/index.ts";
import { rebuild } from "../src/app/rebuild.ts";
import { unhurried } from "../src/database/pool.ts";
import { commandsOf, countyOf, rowsOf } from "./county.ts";
import type { BenchFigure } from "./figure.ts";
import { figureOf, inTurns, secondsOf } from "./figure.ts";
import type { BenchContext } from "./ledger.ts";
import { countyDatabase, handleAll, onCopy, projectAll, vacuum } from "./ledger.ts";

const rounds = 5;

/** Events a second that all projections are derived anew from. */
export async function* rebuildAll(context: BenchContext): AsyncGenerator<BenchFigure> {
  const { server } = context;
  const size = countyOf(context.scaled(200_000));
  const template = await countyDatabase(context, size);
  const { n, ...measured } = await onCopy(server, template, async (ledger) => {
    const { pool, log, handler } = ledger;
    await handleAll(handler, "movements", commandsOf("movements", rowsOf("movements", size)));
    await projectAll(ledger);
    await vacuum(pool, "events");
    const events = Number((await log.head()).position);
    // One statement for all there is: on a busy machine nothing is heard of it for long.
    const reference = await unhurried(pool);
    const round = async () => {
      await server.checkpoint();
      const seconds = await secondsOf(() => rebuild(pool, log, projections));
      await pool.query("CREATE TABLE postings_by_sql (LIKE read.postings INCLUDING ALL)");
      await server.checkpoint();
      const referenceSeconds = await secondsOf(() => reference.query(insertPostings));
      await refuseUnlessEqual(reference);
      await pool.query("DROP TABLE postings_by_sql");
      return { value: events / seconds, reference: events / referenceSeconds };
    };
    const onRound = (line: string) => {
      context.onProgress(`rebuild ${line}`);
    };
    try {
      return { n: events, ...(await inTurns(rounds, round, onRound)) };
    } finally {
      reference.release(true);
    }
  });
  await template.drop();
  yield figureOf(
    {
      bench: "rebuild",
      unit: "events/s",
      reference: "one INSERT … SELECT of the same postings into an equally indexed table",
      n,
    },
    measured,
  );
}

// What projections/postings.ts does, as SQL. No list of the bench is longer than one event, so that
// no line is looked for in an earlier one; the comparison after each round would show it.
const insertPostings = `
  INSERT INTO postings_by_sql
    (position, line, effective, side, household, organisation, leg, asset, amount, contract)
  SELECT e.position, l.line, (e.body #>> '{meta,effectiveDate}')::date,
    (ARRAY['household', 'organisation'])[l.line + 1],
    CASE l.line WHEN 0 THEN d.household END, d.organisation,
    CASE e.type WHEN 'RentPaid' THEN 'rent' WHEN 'ProducePurchased' THEN 'order'
      WHEN 'WagePaid' THEN 'wage' ELSE d.leg END,
    'CNY', CASE WHEN (e.type = 'PaymentReversed') = (l.line = 0) THEN -d.amount ELSE d.amount END,
    CASE l.line WHEN 0 THEN d.contract END
  FROM events e
  CROSS JOIN json_to_record(e.body -> 'data')
    AS d (household text, organisation text, leg text, amount numeric, contract text)
  CROSS JOIN (VALUES (0), (1)) AS l (line)
  WHERE e.type IN ('RentPaid', 'ProducePurchased', 'WagePaid', 'PaymentReversed')
  UNION ALL
  SELECT e.position, l.line, (e.body #>> '{meta,effectiveDate}')::date,
    (ARRAY['household', 'register', 'organisation', 'capital'])[l.line + 1],
    CASE WHEN l.line IN (0, 3) THEN d.household END, d.organisation,
    CASE WHEN l.line < 2 THEN 'shares' ELSE 'capital' END,
    CASE WHEN l.line < 2 THEN 'shares:' || d.register ELSE 'CNY' END,
    CASE WHEN l.line < 2 THEN d.shares ELSE d.amount END
      * CASE WHEN (e.type = 'ShareIssueReversed') = (l.line IN (0, 2)) THEN -1 ELSE 1 END,
    NULL
  FROM events e
  CROSS JOIN json_to_record(e.body -> 'data')
    AS d (household text, organisation text, register text, shares numeric, amount numeric)
  CROSS JOIN (VALUES (0), (1), (2), (3)) AS l (line)
  WHERE e.type IN ('SharesIssuedForCapital', 'ShareIssueReversed')
  UNION ALL
  SELECT e.position,
    row_number() OVER (PARTITION BY e.position ORDER BY p.line) - 1,
    (e.body #>> '{meta,effectiveDate}')::date,
    CASE WHEN p.household IS NULL THEN 'organisation' ELSE 'household' END,
    p.household, e.body #>> '{data,organisation}', 'dividend', 'CNY',
    CASE WHEN (e.type = 'DividendReversed') = (p.household IS NOT NULL)
      THEN -p.amount ELSE p.amount END, NULL
  FROM events e
  CROSS JOIN LATERAL (
    SELECT ord AS line, value ->> 'household' AS household, (value ->> 'amount')::numeric AS amount
    FROM json_array_elements(e.body #> '{data,lines}') WITH ORDINALITY AS x (value, ord)
    WHERE value ->> 'amount' <> '0.00'
    UNION ALL SELECT NULL, NULL, (e.body #>> '{data,pool}')::numeric) AS p
  WHERE e.type IN ('DividendDeclared', 'DividendReversed')`;

/** The reference is one only where it writes what the projection writes. */
async function refuseUnlessEqual(pool: Pick<Pool, "query">): Promise<void> {
  const [ours, theirs] = ["SELECT * FROM read.postings", "SELECT * FROM postings_by_sql"];
  const { rows } = await pool.query<{ differing: bigint }>(
    `SELECT count(*) AS differing FROM (
       (${ours} EXCEPT ALL ${theirs}) UNION ALL (${theirs} EXCEPT ALL ${ours})) AS d`,
  );
  if (rows[0]?.differing !== 0n) throw new Error("the SQL writes other postings");
}
