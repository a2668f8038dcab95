// Every bench that needs no server of its own runs to its figures, at a size that measures nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "tap";
import type { BenchFigure } from "../../bench/index.ts";
import { benchNames, runBenches } from "../../bench/index.ts";
import { parseConfig } from "../../src/config.ts";

test("every bench", { timeout: 280_000 }, async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), "sunshine-benches-"));
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  const names = benchNames.filter((name) => name !== "append-eventstoredb");
  const ran: string[] = [];
  const onProgress = (line: string): void => {
    if (names.includes(line)) ran.push(line);
  };
  const figures: BenchFigure[] = [];
  const options = { dataDir, config: parseConfig({}), scale: 0.000_5, onProgress };
  for await (const figure of runBenches(names, options)) figures.push(figure);
  t.strictSame(ran, names);
  for (const name of names) {
    const own = figures.filter(({ bench }) => bench.startsWith(name));
    t.ok(own.length > 0, `${name} has figures`);
    for (const { bench, value, n } of own) t.ok(value > 0 && n > 0, `${bench}: ${value} of ${n}`);
  }
});
