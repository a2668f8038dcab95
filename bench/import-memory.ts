import { rm } from "node:fs/promises";
import { startChild } from "./child.ts";
import { countyOf } from "./county.ts";
import type { BenchFigure } from "./figure.ts";
import { rounded } from "./figure.ts";
import { movementsFile } from "./file-to-statement.ts";
import type { BenchContext } from "./ledger.ts";
import { countyDatabase } from "./ledger.ts";

/** Peak resident megabytes of a process that imports and projects a large file. */
export async function* importMemory(context: BenchContext): AsyncGenerator<BenchFigure> {
  const { server } = context;
  const size = countyOf(context.scaled(1_000_000));
  const database = await countyDatabase(context, size);
  const path = await movementsFile(server, size);
  context.onProgress(`import-memory: importing ${size.movements} rows`);
  const child = startChild("import-child", { database, server, path });
  const bytes = await child.answer().finally(() => child.end());
  await rm(path);
  await database.drop();
  yield {
    bench: "import-memory",
    value: rounded((bytes as number) / 1_048_576),
    unit: "MB",
    reference: null,
    referenceValue: null,
    ratio: null,
    n: size.movements,
  };
}
