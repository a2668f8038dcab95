import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import type { Config } from "../config.ts";
import { projectRoot } from "../root.ts";
import { UsageError } from "./failure.ts";
import { Output, tableText } from "./output.ts";
import { say } from "./progress.ts";
import { settingsOf } from "./session.ts";
import { terminal } from "./terminal.ts";
import { grouped } from "../words/numbers.ts";

/** What `bench/index.ts` offers. It is no part of what is installed, and loaded by its path. */
interface Benches {
  readonly benchNames: readonly string[];
  readonly BenchUnavailable: new () => Error;
  runBenches(
    names: readonly string[],
    options: {
      readonly dataDir: string;
      readonly config: Config;
      readonly onProgress: (line: string) => void;
    },
  ): AsyncIterable<Figure>;
}

interface Figure {
  readonly bench: string;
  readonly value: number;
  readonly unit: string;
  readonly reference: string | null;
  readonly referenceValue: number | null;
  readonly ratio: number | null;
  readonly n: number;
  readonly p99?: number;
  readonly p99Ratio?: number;
}

/** `sunshine bench [NAME…]` */
export function benchVerb(program: Command): void {
  const verb = program
    .command("bench")
    .summary("measure speed beside a reference")
    .description("Measures speed in a database of its own, beside a reference in the same run.")
    .argument("[name...]", "which ones (default: all)");
  verb.action(async (names: string[]) => {
    const { dataDir, config, format } = settingsOf(verb, true);
    const { benchNames, runBenches, BenchUnavailable } = await loadBenches();
    const unknown = names.find((name) => !benchNames.includes(name));
    if (unknown !== undefined) {
      throw new UsageError(`there is no bench ${unknown}; there are ${benchNames.join(", ")}`);
    }
    const out = new Output(format);
    const onProgress = terminal().stderr.isTTY ? say : () => undefined;
    try {
      let first = true;
      for await (const figure of runBenches(names, { dataDir, config, onProgress })) {
        await print(out, figure, first);
        first = false;
      }
    } catch (error) {
      throw error instanceof BenchUnavailable ? new UsageError(error.message) : error;
    }
  });
}

async function loadBenches(): Promise<Benches> {
  const isSource = extname(import.meta.url) === ".ts";
  const file = isSource ? "bench/index.ts" : "dist/bench/index.js";
  const path = pathToFileURL(join(projectRoot, file));
  try {
    return (await import(path.href)) as Benches;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UsageError("benches run in the project alone, with its devDependencies installed");
  }
}

const columns = [
  "bench",
  "value",
  "unit",
  "reference",
  "referenceValue",
  "ratio",
  "n",
  "p99",
  "p99Ratio",
] as const;

function print(out: Output, figure: Figure, first: boolean): Promise<void> {
  switch (out.format) {
    case "json":
      return out.json(figure);
    case "csv":
      return out.csv(first ? columns : null, [columns.map((column) => figure[column])]);
    case "people": {
      const { bench, value, unit, reference, referenceValue, ratio, n, p99, p99Ratio } = figure;
      const rows = [[grouped(value), unit, `${bench}, n = ${grouped(n)}`]];
      if (referenceValue !== null) {
        rows.push([grouped(referenceValue), unit, reference ?? "reference"]);
        rows.push([grouped(ratio ?? 0), "ratio", ""]);
      }
      if (p99 !== undefined) rows.push([grouped(p99), unit, "p99"]);
      if (p99Ratio !== undefined) rows.push([grouped(p99Ratio), "ratio", ""]);
      const titles = [{ title: bench, align: "right" }, { title: "" }, { title: "" }] as const;
      return out.show(tableText(titles, rows));
    }
  }
}
