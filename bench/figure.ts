/** One line of `sunshine bench`: a figure and, from the same run, what it is held against. */
export interface BenchFigure {
  readonly bench: string;
  readonly value: number;
  /** Of `value`, and of `referenceValue` where there is one. */
  readonly unit: string;
  /** What the reference is, in words; null where there is none. */
  readonly reference: string | null;
  readonly referenceValue: number | null;
  /** `value` ÷ `referenceValue`. */
  readonly ratio: number | null;
  /** Rows, events or commands a round. */
  readonly n: number;
  readonly p99?: number;
  readonly p99Ratio?: number;
}

/** Thrown when a bench cannot be run here; its message is for people. */
export class BenchUnavailable extends Error {}

/** A figure and its reference, measured in turns. */
export function figureOf(
  what: Pick<BenchFigure, "bench" | "unit" | "n"> & { readonly reference: string },
  { value, reference }: Measured,
): BenchFigure {
  return {
    bench: what.bench,
    value: rounded(value),
    unit: what.unit,
    reference: what.reference,
    referenceValue: rounded(reference),
    ratio: rounded(value / reference),
    n: what.n,
  };
}

/** The middle of some numbers, the mean of the two middle ones where there are two. */
function median(values: readonly number[]): number {
  return (quantile(values, 0.5, Math.floor) + quantile(values, 0.5, Math.ceil)) / 2;
}

/** The number below which a share of them lies, by nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  return quantile(values, share, Math.ceil);
}

function quantile(
  values: readonly number[],
  share: number,
  round: (rank: number) => number,
): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[round(share * (sorted.length - 1))];
  if (found === undefined) throw new Error("there is no middle of nothing");
  return found;
}

/** A number as it is printed: four digits that count. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** What was measured in turns. */
export interface Measured {
  readonly value: number;
  readonly reference: number;
}

/**
 * Measures both sides in turns (A B A B …) after an equal warm-up that does not count, and answers
 * the median of each. Turns meet the same noise, so that their ratio holds where their values sway.
 */
export async function inTurns(
  rounds: number,
  round: (warmingUp: boolean) => Promise<Measured>,
  onRound: (line: string) => void,
): Promise<Measured> {
  await round(true);
  const measured: Measured[] = [];
  for (let i = 1; i <= rounds; i++) {
    const one = await round(false);
    measured.push(one);
    const [value, reference] = [rounded(one.value), rounded(one.reference)];
    const ratio = rounded(one.value / one.reference);
    onRound(`round ${i} of ${rounds}: ${value}, reference ${reference}, ratio ${ratio}`);
  }
  return {
    value: median(measured.map(({ value }) => value)),
    reference: median(measured.map(({ reference }) => reference)),
  };
}

/** Seconds that a task takes. */
export async function secondsOf(task: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await task();
  return (performance.now() - began) / 1_000;
}

/** How often a second a task is done by so many callers at once, each starting anew when done. */
export async function perSecond(
  seconds: number,
  callers: number,
  task: () => Promise<unknown>,
): Promise<number> {
  const began = performance.now();
  const until = began + seconds * 1_000;
  let done = 0;
  const call = async (): Promise<void> => {
    while (performance.now() < until) {
      await task();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return done / ((performance.now() - began) / 1_000);
}
