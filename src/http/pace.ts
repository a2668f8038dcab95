/** Bytes on their way from or to a caller. */
export interface Flow {
  /** How many have passed; never falls. */
  bytes(): number;
  /** Whether the caller is waited for, and not we. */
  isWaiting(): boolean;
  isDone(): boolean;
  /** Ends it: its caller is too slow. */
  cut(): void;
}

/** What flows are held to. */
export interface PaceOptions {
  /** In each such time a flow that waits for its caller passes `rateMin` bytes a second. */
  readonly windowMs: number;
  readonly rateMin: number;
  /** How long a flow may take, however fast. */
  readonly totalMaxMs?: number;
  /** How long a flow must have been under way before it may give way to another. */
  readonly crowdedAgeMs: number;
  /** Flows that are slower, in bytes a second, give way. */
  readonly crowdedRateMin: number;
}

/** Flows that are looked at every second, all with one timer. */
export interface Pace {
  add(flow: Flow): void;
  /** Cuts the slowest of those that may have to give way; whether there was one. */
  cutSlowest(): boolean;
  close(): void;
}

interface Watched {
  readonly flow: Flow;
  readonly since: number;
  /** At the beginning of the window. */
  window: Sample;
  /** A while ago, and lately. */
  earlier: Sample;
  later: Sample;
}

/** How many bytes had passed at a time. */
interface Sample {
  readonly at: number;
  readonly bytes: number;
}

const lookEveryMs = 1_000;

/** Cuts flows whose callers are slower than anybody would be. */
export function paceKeeper(options: PaceOptions): Pace {
  const { windowMs, rateMin, totalMaxMs = Infinity, crowdedAgeMs, crowdedRateMin } = options;
  const flows = new Set<Watched>();
  const cut = (watched: Watched): void => {
    flows.delete(watched);
    watched.flow.cut();
  };
  const isTooSlow = ({ flow, since, window }: Watched, now: Sample): boolean => {
    if (now.at - since > totalMaxMs) return true;
    const ms = now.at - window.at;
    return flow.isWaiting() && ms >= windowMs && rateSince(window, now) < rateMin;
  };
  const look = (watched: Watched): void => {
    const { flow, window, later } = watched;
    if (flow.isDone()) {
      flows.delete(watched);
      return;
    }
    const now = sampleOf(flow);
    if (isTooSlow(watched, now)) {
      cut(watched);
      return;
    }
    if (!flow.isWaiting() || now.at - window.at >= windowMs) watched.window = now;
    if (now.at - later.at < crowdedAgeMs / 2) return;
    watched.earlier = later;
    watched.later = now;
  };
  const lookAtAll = (): void => {
    for (const watched of flows) look(watched);
  };
  const timer = setInterval(lookAtAll, Math.min(lookEveryMs, windowMs, crowdedAgeMs / 2));
  timer.unref();
  return {
    add: (flow) => {
      const now = sampleOf(flow);
      flows.add({ flow, since: now.at, window: now, earlier: now, later: now });
    },
    cutSlowest: () => {
      let slowest: Watched | undefined;
      let slowestRate = crowdedRateMin;
      for (const watched of flows) {
        const { flow, since, earlier } = watched;
        const now = sampleOf(flow);
        if (now.at - since < crowdedAgeMs || flow.isDone() || !flow.isWaiting()) continue;
        const rate = rateSince(earlier, now);
        if (rate < slowestRate) [slowest, slowestRate] = [watched, rate];
      }
      if (slowest !== undefined) cut(slowest);
      return slowest !== undefined;
    },
    close: () => {
      clearInterval(timer);
    },
  };
}

function sampleOf(flow: Flow): Sample {
  return { at: performance.now(), bytes: flow.bytes() };
}

/** In bytes a second. */
function rateSince(before: Sample, now: Sample): number {
  return ((now.bytes - before.bytes) * 1_000) / (now.at - before.at);
}
