import { Pool } from "undici";
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

/** Single commands a second over HTTP, 32 at once; the service is a process of its own. */
export async function* appendHttp32(context: BenchContext): AsyncGenerator<BenchFigure> {
  const { server } = context;
  yield await besideEmmett(context, "append-http-32", async (_ledger, size, database) => {
    const child = startChild("http-child", { database, server });
    const url = String(await child.answer());
    return httpRecorder(url, size, () => child.end());
  });
}

function httpRecorder(url: string, size: CountySize, end: () => Promise<void>): Recorder {
  // The leanest client there is: it runs on the cores that are measured.
  const pool = new Pool(url, { connections: callers, pipelining: 1 });
  const bodies = bodiesOf(size);
  return {
    rate: (seconds) => perSecond(seconds, callers, () => post(pool, bodies.next().value as string)),
    close: async () => {
      await pool.close();
      await end();
    },
  };
}

const headers = { "content-type": "application/json", "x-actor": "bench" };

/** Posts a movement; it must be recorded. */
async function post(pool: Pool, body: string): Promise<void> {
  const answer = await pool.request({ path: "/v1/movements", method: "POST", headers, body });
  await answer.body.dump();
  if (answer.statusCode !== 201)
    throw new Error(`POST /v1/movements answered ${answer.statusCode}`);
}

function* bodiesOf(size: CountySize): Generator<string> {
  const names = columns.movements.map((column) => fieldOf("movements", column)?.name);
  for (const row of paymentsWithoutEnd(size)) {
    const body: Record<string, string> = {};
    for (const [i, text] of row.entries()) {
      const name = names[i];
      if (name !== undefined && text !== "") body[name] = text;
    }
    body["type"] = movementTypes[row[1] as keyof typeof movementTypes];
    yield JSON.stringify(body);
  }
}
