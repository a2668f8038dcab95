import type { Ledger } from "../src/ledger.ts";
import { resolveKnownAt } from "../src/queries/as-of.ts";
import { statement } from "../src/queries/statement.ts";
import type { CountySize } from "./county.ts";
import { commandsOf, householdAt, rowsOf } from "./county.ts";
import type { BenchFigure } from "./figure.ts";
import { percentile, rounded } from "./figure.ts";
import type { BenchContext } from "./ledger.ts";
import { countyDatabase, handleAll, onCopy, projectAll, vacuum } from "./ledger.ts";

const sizes = [1_000_000, 5_000_000] as const;
const statementsEach = 2_000;
const repeats = 3;

/**
 * Milliseconds for the statement of one household in a large ledger, beside one a fifth as large.
 */
export async function* statementOfOne(context: BenchContext): AsyncGenerator<BenchFigure> {
  for (const size of sizes) {
    const n = Math.max(5_000, context.scaled(size));
    yield await onCounty(context, n / 5, (small, few) =>
      onCounty(context, n, async (large, many) => {
        const { value, reference } = await inTurns(context, [large, many], [small, few]);
        return figureOf(n, value, reference);
      }),
    );
  }
}

function figureOf(n: number, value: Quantiles, reference: Quantiles): BenchFigure {
  return {
    bench: "statement",
    value: rounded(value.p50),
    unit: "ms",
    reference: "the same at a fifth of the events, with a fifth of the households",
    referenceValue: rounded(reference.p50),
    ratio: rounded(value.p50 / reference.p50),
    n,
    p99: rounded(value.p99),
    p99Ratio: rounded(value.p99 / reference.p99),
  };
}

/**
 * Runs a task on a projected ledger of about so many events, fifty a household and a contract for
 * ten.
 */
export async function onCounty<T>(
  context: BenchContext,
  events: number,
  task: (ledger: Ledger, households: number) => Promise<T>,
): Promise<T> {
  const households = Math.max(40, Math.round(events / 50));
  // A household of the roster is five events: itself, its state, its account and two members.
  const size: CountySize = { households, movements: events - 5 * households };
  const template = await countyDatabase(context, size);
  try {
    return await onCopy(context.server, template, async (ledger) => {
      const movements = commandsOf("movements", rowsOf("movements", size));
      await handleAll(ledger.handler, "movements", movements, (done) => {
        if (done % 200_000 === 0) context.onProgress(`${done} of ${events} recorded`);
      });
      context.onProgress(`projecting ${events} events`);
      await projectAll(ledger);
      // What the server does by itself within a minute or so, at a moment that measures nothing.
      await vacuum(ledger.pool);
      await context.server.checkpoint();
      return await task(ledger, households);
    });
  } finally {
    await template.drop();
  }
}

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

type Side = readonly [ledger: Ledger, households: number];

/** Both sides one statement each in turns; of each quantile the best of several repeats. */
async function inTurns(
  context: BenchContext,
  value: Side,
  reference: Side,
): Promise<{ readonly value: Quantiles; readonly reference: Quantiles }> {
  const count = Math.max(50, Math.min(statementsEach, context.scaled(statementsEach)));
  const found: { value: Quantiles; reference: Quantiles }[] = [];
  for (let repeat = 0; repeat <= repeats; repeat++) {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let i = 0; i < count; i++) {
      ours.push(await timed(value));
      theirs.push(await timed(reference));
    }
    // The first repeat only warms both up.
    if (repeat > 0) found.push({ value: quantilesOf(ours), reference: quantilesOf(theirs) });
  }
  const best = (side: "value" | "reference"): Quantiles => ({
    p50: Math.min(...found.map((each) => each[side].p50)),
    p99: Math.min(...found.map((each) => each[side].p99)),
  });
  return { value: best("value"), reference: best("reference") };
}

/** What the verb does: as known at the head, over all days. */
async function timed([ledger, households]: Side): Promise<number> {
  const household = householdAt(Math.floor(Math.random() * households));
  const began = performance.now();
  const knownAt = await resolveKnownAt(ledger);
  await statement(ledger, household, knownAt, {});
  return performance.now() - began;
}

function quantilesOf(times: readonly number[]): Quantiles {
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
