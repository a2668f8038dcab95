import { kindOf } from "../src/domain/kinds.ts";
import { movementTypes } from "../src/domain/movement-command.ts";
import { fieldOf } from "../src/http/command-fields.ts";
import type { Recorder } from "./append-32.ts";
import { besideEmmett, callers, paymentsWithoutEnd } from "./append-32.ts";
import { startChild } from "./child.ts";
import type { CountySize } from "./county.ts";
import { columns } from "./county.ts";
import type { BenchFigure } from "./figure.ts";
import { perSecond } from "./figure.ts";
import type { BenchContext } from "./ledger.ts";
import { loadClient } from "./load.ts";

/** Single commands a second over HTTP, 32 at once; the service is a process of its own. */
export async function* appendHttp32(context: BenchContext): AsyncGenerator<BenchFigure> {
  const { server } = context;
  yield await besideEmmett(context, "append-http-32", async (_ledger, size, database) => {
    const child = startChild("http-child", { database, server });
    const url = String(await child.answer());
    return httpRecorder(url, size, () => child.end());
  });
}

async function httpRecorder(
  service: string,
  size: CountySize,
  end: () => Promise<void>,
): Promise<Recorder> {
  const headers = { "content-type": "application/json", "x-actor": "bench" };
  const connecting = loadClient(new URL("/v1/movements", service), callers, headers);
  const client = await connecting.catch(async (error: unknown) => {
    await end();
    throw error;
  });
  const bodies = bodiesOf(size);
  const record = async (): Promise<void> => {
    const status = await client.post(bodies.next().value as string);
    if (status !== 201) throw new Error(`POST /v1/movements answered ${status}`);
  };
  return {
    rate: (seconds) => perSecond(seconds, callers, record),
    close: async () => {
      client.close();
      await end();
    },
  };
}

const typeNames = new Map(Object.entries(movementTypes).map(([name, word]) => [word, name]));

function* bodiesOf(size: CountySize): Generator<string> {
  const names = columns.movements.map((column) => fieldOf(kindOf("movements"), column)?.name);
  for (const row of paymentsWithoutEnd(size)) {
    const body: Record<string, string> = {};
    for (const [i, text] of row.entries()) {
      const name = names[i];
      if (name !== undefined && text !== "") body[name] = text;
    }
    body["type"] = typeNames.get(row[1] ?? "") ?? "";
    yield JSON.stringify(body);
  }
}
