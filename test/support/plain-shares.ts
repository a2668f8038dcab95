/** The days on which movements of the plain model come, in their order. */
export const shareDays = ["2025-02-01", "2025-02-02", "2025-03-01", "2025-06-30"] as const;

interface Entry {
  readonly does: string;
  readonly day: string;
  /** What each holder gets, below zero where it gives. */
  readonly gets: ReadonlyMap<string, number>;
  /** Fen that each gets of a dividend, or puts in, negative. */
  readonly fen: ReadonlyMap<string, number>;
  isBack: boolean;
}

/** A row as the plain model has it. */
export interface ShareAct {
  readonly does: string;
  readonly day: string;
  readonly from?: string;
  readonly to?: string;
  readonly of?: number;
  readonly count?: number;
}

/** Holdings as a table of all days, counted anew after every row; shares of one yuan. */
export class PlainShares {
  private readonly entries = new Map<number, Entry>();
  private readonly table: (readonly [day: string, who: string, count: number])[] = [];

  private held(who: string, day: string): number {
    return this.table
      .filter(([since, one]) => one === who && since <= day)
      .reduce((sum, [, , count]) => sum + count, 0);
  }

  private all(day: string): Map<string, number> {
    const who = [...new Set(this.table.map(([, one]) => one))];
    return new Map(who.map((one) => [one, this.held(one, day)]));
  }

  /** Whether somebody would have less than nothing on some day. */
  private falls(day: string, gets: ReadonlyMap<string, number>): boolean {
    const later = shareDays.filter((one) => one >= day);
    return [...gets].some(([who, n]) => later.some((one) => n < 0 && this.held(who, one) + n < 0));
  }

  /** Throws where somebody holds less than nothing, or shares are not what was issued. */
  check(): void {
    for (const day of shareDays) {
      let sum = 0;
      for (const [who, count] of this.all(day)) {
        if (count < 0) throw new Error(`${who} holds ${count} on ${day}`);
        sum += count;
      }
      const made = [...this.table].filter(([since]) => since <= day);
      if (sum !== made.reduce((all, [, , n]) => all + n, 0)) throw new Error("shares are lost");
    }
  }

  /** What becomes of a row, by its number, and the lines of a dividend. */
  judge(act: ShareAct, i: number): { code: string; lines?: string[] } {
    if (act.does === "reversal") return { code: this.takeBack(act, i) };
    if (act.does === "dividend") return this.divide(act, i);
    const { does, day, from = "", to = "", count = 0 } = act;
    const gets = new Map<string, number>();
    const give = (who: string, n: number) => gets.set(who, (gets.get(who) ?? 0) + n);
    const fen = new Map<string, number>();
    if (does === "increase" && count * 100 > this.dividends(from))
      return { code: "DividendMissing" };
    if (does === "increase") fen.set(from, -count * 100);
    if (does === "issue" || does === "increase") give(from, count);
    else give(from, -count);
    if (to !== "") give(to, count);
    if (this.falls(day, gets)) return { code: "SharesInsufficient" };
    this.record(i, { does, day, gets, fen, isBack: false });
    return { code: "recorded" };
  }

  private dividends(who: string): number {
    return [...this.entries.values()]
      .filter(({ isBack }) => !isBack)
      .reduce((sum, { fen }) => sum + (fen.get(who) ?? 0), 0);
  }

  private record(i: number, entry: Entry): void {
    this.entries.set(i, entry);
    for (const [who, n] of entry.gets) this.table.push([entry.day, who, n]);
  }

  private takeBack({ day, of = -1 }: ShareAct, i: number): string {
    const entry = this.entries.get(of);
    if (of >= i || entry === undefined || entry.day > day) return "OriginalUnknown";
    if (entry.isBack) return "AlreadyReversed";
    const back = new Map([...entry.gets].map(([who, n]) => [who, -n]));
    if (this.falls(day, back)) return "SharesInsufficient";
    entry.isBack = true;
    for (const [who, n] of back) this.table.push([day, who, n]);
    return "recorded";
  }

  private divide({ day, count = 0 }: ShareAct, i: number): { code: string; lines?: string[] } {
    const pool = count * 100 + 7;
    const held = [...this.all(day)].filter(([, n]) => n > 0);
    const sum = held.reduce((all, [, n]) => all + n, 0);
    if (sum === 0) return { code: "NoShares" };
    // Households before organisations, each by number: 户 stands after 主 in Unicode.
    const order = (who: string) => (who.startsWith("户") ? "a" : "b") + who.slice(1);
    held.sort(([a], [b]) => (order(a) < order(b) ? -1 : 1));
    const parts = held.map(([who, n]) => ({
      ...{ who, n, fen: Math.floor((pool * n) / sum), rest: (pool * n) % sum },
    }));
    let left = pool - parts.reduce((all, { fen }) => all + fen, 0);
    for (const part of [...parts].sort((a, b) => b.rest - a.rest)) {
      if (left > 0) part.fen += 1;
      left -= 1;
    }
    if (parts.reduce((all, { fen }) => all + fen, 0) !== pool) throw new Error("not the pool");
    const fen = new Map(parts.map(({ who, fen: got }) => [who, got]));
    this.record(i, { does: "dividend", day, gets: new Map(), fen, isBack: false });
    const lines = parts.map(({ who, n, fen: got }) => {
      return `${who} ${n}.0000 ${Math.floor(got / 100)}.${String(got % 100).padStart(2, "0")}`;
    });
    return { code: "recorded", lines };
  }
}
