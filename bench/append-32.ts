import type { Ledger } from "../src/ledger.ts";
import type { CountySize } from "./county.ts";
import { commandsOf, countyOf, movementRows } from "./county.ts";
import type { EmmettStore } from "./emmett.ts";
import { openEmmett } from "./emmett.ts";
import type { BenchFigure } from "./figure.ts";
import { figureOf, inTurns, perSecond } from "./figure.ts";
import type { BenchContext } from "./ledger.ts";
import { benchActor, countyDatabase, onCopy, refuseUnlessRecorded } from "./ledger.ts";
import type { BenchDatabase } from "./server.ts";

const rounds = 3;
/** Callers at once, each waiting for its answer before it sends the next. */
export const callers = 32;
const seconds = 5;

/** Single commands a second, 32 at once, in this process. */
export async function* append32(context: BenchContext): AsyncGenerator<BenchFigure> {
  yield await besideEmmett(context, "append-32", (ledger, size) => {
    const commands = commandsOf("movements", paymentsWithoutEnd(size));
    return Promise.resolve({
      rate: (duration) =>
        perSecond(duration, callers, async () => {
          const command: unknown = commands.next().value;
          refuseUnlessRecorded(await ledger.submitter.submit("movements", command, benchActor));
        }),
      close: () => Promise.resolve(),
    });
  });
}

/** What records single commands, in process or over HTTP. */
export interface Recorder {
  rate(seconds: number): Promise<number>;
  close(): Promise<void>;
}

/** A figure of single commands beside Emmett's, measured in turns on the same server. */
export async function besideEmmett(
  context: BenchContext,
  bench: string,
  open: (ledger: Ledger, size: CountySize, database: BenchDatabase) => Promise<Recorder>,
): Promise<BenchFigure> {
  const { server } = context;
  const size = countyOf(200_000);
  const duration = Math.max(0.2, context.scaled(seconds * 1_000) / 1_000);
  const template = await countyDatabase(context, size);
  let n = 0;
  const measured = await onCopy(server, template, async (ledger, database) => {
    const recorder = await open(ledger, size, database);
    let emmett: EmmettStore | undefined;
    try {
      await recorder.rate(duration / 5);
      const example = await lastPayment(ledger);
      emmett = await openEmmett(server, example);
      const reference = emmett;
      const before = await ledger.log.head();
      const round = async () => {
        await server.checkpoint();
        const value = await recorder.rate(duration);
        await server.checkpoint();
        return { value, reference: await reference.rate(duration, callers) };
      };
      const onRound = (line: string) => {
        context.onProgress(`${bench} ${line}`);
      };
      const found = await inTurns(rounds, round, onRound);
      const { position } = await ledger.log.head();
      n = Math.round(Number(position - before.position) / (rounds + 1));
      return found;
    } finally {
      await emmett?.close();
      await recorder.close();
    }
  });
  await template.drop();
  return figureOf(
    {
      bench,
      unit: "commands/s",
      reference: "emmett-postgresql appends, 32 at once, same server",
      n,
    },
    measured,
  );
}

/** Wages, purchases and rents of a county, one after another for ever. */
export function* paymentsWithoutEnd(size: CountySize): Generator<string[]> {
  for (let from = 0; ; from += size.movements) {
    for (const row of movementRows(size, from)) {
      if (row[1] === "工资" || row[1] === "订单收购" || row[1] === "租金") yield row;
    }
  }
}

async function lastPayment(ledger: Ledger) {
  const { position } = await ledger.log.head();
  const [event] = await ledger.log.read(position - 1n, 1);
  if (event === undefined) throw new Error("the bench has recorded nothing");
  return event;
}
