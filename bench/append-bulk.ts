import type { MovementCommand } from "../src/domain/movement-command.ts";
import { commandsOf, countyOf, rowsOf } from "./county.ts";
import type { BenchFigure } from "./figure.ts";
import { figureOf, inTurns, secondsOf } from "./figure.ts";
import type { BenchContext } from "./ledger.ts";
import { countyDatabase, handleAll, onCopy } from "./ledger.ts";
import { rawCopyRate } from "./raw-copy.ts";

const rounds = 5;

/** Movements a second decided, hashed and durable, in batches as an import hands them in. */
export async function* appendBulk(context: BenchContext): AsyncGenerator<BenchFigure> {
  const { server } = context;
  const size = countyOf(context.scaled(200_000));
  const template = await countyDatabase(context, size);
  const commands = [...commandsOf("movements", rowsOf("movements", size))] as MovementCommand[];
  const n = commands.length;
  const round = () =>
    onCopy(server, template, async (ledger) => {
      const before = await ledger.log.head();
      await server.checkpoint();
      const seconds = await secondsOf(() => handleAll(ledger.handler, "movements", commands));
      const reference = await rawCopyRate(server, ledger.pool, before.position);
      return { value: n / seconds, reference };
    });
  const measured = await inTurns(rounds, round, (line) => {
    context.onProgress(`append-bulk ${line}`);
  });
  await template.drop();
  yield figureOf(
    {
      bench: "append-bulk",
      unit: "movements/s",
      reference: "raw COPY of the same rows into the same indexed table",
      n,
    },
    measured,
  );
}
