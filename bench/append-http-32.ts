import { Agent, request } from "node:http";
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
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const bodies = bodiesOf(size);
  return {
    rate: (seconds) =>
      perSecond(seconds, callers, () => post(agent, url, bodies.next().value as string)),
    close: async () => {
      agent.destroy();
      await end();
    },
  };
}

/** Posts a movement; it must be recorded. */
function post(agent: Agent, url: string, body: string): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-actor": "bench",
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/v1/movements`, { method: "POST", agent, headers }, (answer) => {
      answer.resume();
      answer.once("error", reject);
      answer.once("end", () => {
        if (answer.statusCode === 201) resolve();
        else reject(new Error(`POST /v1/movements answered ${answer.statusCode ?? ""}`));
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
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
