import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CountySize } from "./county.ts";
import { countyOf, csvOf } from "./county.ts";
import type { BenchFigure } from "./figure.ts";
import { figureOf, inTurns, secondsOf } from "./figure.ts";
import type { BenchContext } from "./ledger.ts";
import { countyDatabase, importAndProject, onCopy } from "./ledger.ts";
import { rawCopyRate } from "./raw-copy.ts";
import type { BenchServer } from "./server.ts";

const rounds = 3;

/** Rows a second from a CSV file until every projection answers for them. */
export async function* fileToStatement(context: BenchContext): AsyncGenerator<BenchFigure> {
  const { server } = context;
  const size = countyOf(context.scaled(200_000));
  const template = await countyDatabase(context, size);
  const path = await movementsFile(server, size);
  const n = size.movements;
  const round = () =>
    onCopy(server, template, async (ledger) => {
      const before = await ledger.log.head();
      await server.checkpoint();
      const seconds = await secondsOf(() => importAndProject(ledger, path));
      const reference = await rawCopyRate(server, ledger.pool, before.position);
      return { value: n / seconds, reference };
    });
  const measured = await inTurns(rounds, round, (line) => {
    context.onProgress(`file-to-statement ${line}`);
  });
  await template.drop();
  await rm(path);
  yield figureOf(
    {
      bench: "file-to-statement",
      unit: "rows/s",
      reference: "raw COPY of the same rows into the same indexed table",
      n,
    },
    measured,
  );
}

/** Writes the movements of a county as a CSV file; answers its path. */
export async function movementsFile(server: BenchServer, size: CountySize): Promise<string> {
  const path = join(server.folder, `movements-${size.movements}.csv`);
  await pipeline(Readable.from(csvOf("movements", size)), createWriteStream(path));
  return path;
}
