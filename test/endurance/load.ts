// Callers who record rents, read statements and trails and send files, and what became of it.
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Rent } from "./county.ts";
import { randomSource } from "../support/county.ts";
import { commandOf, fenOf, fileOf } from "./county.ts";

const callers = 32;
/** No answer may take as long: the contract of a service that holds is half a minute. */
const answerMaxMs = 30_000;
const readShare = 0.1;
const fileEveryMs = 2_000;
const fileRents = 50;
const fileRefused = 5;
const wrongShown = 50;

/** What was measured in one phase, in ms. */
export interface Times {
  /** Until a command was acknowledged, however often it was sent. */
  readonly acknowledged: number[];
  /** Until there was an answer of any kind. */
  readonly answered: number[];
  readonly read: number[];
  /** How many answers of each status; 0: none came. */
  readonly statuses: Map<number, number>;
}

/** A load on a service. */
export interface Load {
  /** Begins a phase; commands a second, Infinity for as many as the callers manage. */
  phase(rate: number): Times;
  /** No more is begun; resolves when all that was begun is acknowledged. */
  end(): Promise<void>;
  /** What is acknowledged for each household, in fen, and how many commands that is. */
  readonly acknowledged: ReadonlyMap<string, bigint>;
  commands(): number;
  /** Answers that should not be, the first of them. */
  readonly wrong: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Begins nothing until its first phase. */
export function loadOn(url: string, households: readonly string[], seed: number): Load {
  const random = randomSource(seed);
  const sent = new Map<string, bigint>();
  const acknowledged = new Map<string, bigint>();
  const positions = new Map<string, bigint>();
  const wrong: string[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: callers + 8 });
  let times = noTimes();
  let rate = 0;
  let next = 0;
  let commands = 0;
  let isEnded = false;
  let working: Promise<unknown> | undefined;

  const complain = (what: string): void => {
    if (wrong.length < wrongShown) wrong.push(what);
  };
  const ask = async (
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const { answered, statuses } = times;
    const since = performance.now();
    const answer = await exchange(agent, method, new URL(path, url), body, headers).catch(
      (): Answer => ({ status: 0, body: {} }),
    );
    const ms = performance.now() - since;
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (answer.status !== 0) answered.push(ms);
    if (ms > answerMaxMs) complain(`${method} ${path} took ${Math.round(ms)} ms`);
    return answer;
  };
  /** Asks again as long as the service cannot answer now. */
  const askSurely = async (...asked: Parameters<typeof ask>): Promise<Answer> => {
    for (;;) {
      const answer = await ask(...asked);
      if (answer.status !== 0 && answer.status !== 503) return answer;
      await sleep(answer.status === 0 ? 200 : 500);
    }
  };
  const newRent = (): Rent => {
    const household = random.pick(households);
    const rent = { reference: `YH-${next++}`, household, hundredths: random.between(1, 999) };
    add(sent, rent);
    return rent;
  };
  const settle = (rent: Rent, position: unknown): void => {
    add(acknowledged, rent);
    commands += 1;
    if (typeof position === "string") positions.set(rent.household, BigInt(position));
  };
  const record = async (): Promise<void> => {
    const rent = newRent();
    const { acknowledged: took } = times;
    const since = performance.now();
    const { status, body } = await askSurely("POST", "/v1/movements", commandOf(rent), {
      "content-type": "application/json",
      "x-actor": "endurance",
      ...(next % 2 === 0 ? { "idempotency-key": rent.reference } : {}),
    });
    if (status === 409) {
      // Under way still, from before: it is answered when that has ended.
      await sleep(500);
      const again = await askSurely("POST", "/v1/movements", commandOf(rent), {
        "content-type": "application/json",
        "x-actor": "endurance",
      });
      if (again.status !== 200 && again.status !== 201) complain(said("a command", again));
    } else if (status !== 200 && status !== 201) complain(said("a command", { status, body }));
    took.push(performance.now() - since);
    settle(rent, body["position"]);
  };
  const read = async (): Promise<void> => {
    const household = random.pick(households);
    const least = acknowledged.get(household) ?? 0n;
    const position = positions.get(household);
    const { read: took } = times;
    const since = performance.now();
    if (random.chance(0.5)) {
      const trail = await askSurely("GET", `/v1/households/${household}/trail?limit=100`);
      if (trail.status !== 200) complain(said("a trail", trail));
    } else {
      const atLeast = position === undefined ? "" : `?atLeast=${position}`;
      const path = `/v1/households/${household}/statement${atLeast}`;
      const { status, body } = await askSurely("GET", path);
      const total = typeof body["total"] === "string" ? fenIn(body["total"]) : -1n;
      const most = sent.get(household) ?? 0n;
      if (status !== 200) complain(said("a statement", { status, body }));
      else if (position !== undefined && (total < least || total > most)) {
        complain(`a statement says ${total} fen, and ${least} to ${most} are recorded`);
      }
    }
    took.push(performance.now() - since);
  };
  const caller = async (): Promise<void> => {
    let due = performance.now();
    while (!isEnded) {
      due += (1_000 * callers) / rate;
      const early = due - performance.now();
      if (early > 0) await sleep(early);
      // What could not be begun in time is not made up for.
      else if (early < -1_000) due = performance.now();
      await (random.chance(readShare) ? read() : record());
    }
  };
  const sendFiles = async (): Promise<void> => {
    while (!isEnded) {
      const rents = Array.from({ length: fileRents }, newRent);
      const headers = { "content-type": "text/csv", "x-actor": "endurance" };
      const text = fileOf(rents, fileRefused);
      let position: unknown;
      for (;;) {
        const { status, body } = await askSurely("POST", "/v1/imports/movements", text, headers);
        if (status === 408) continue;
        ({ position } = body);
        const { recorded, alreadyRecorded, refusedTotal } = body;
        const isWhole =
          status === 200 &&
          Number(recorded) + Number(alreadyRecorded) === fileRents &&
          refusedTotal === fileRefused;
        if (!isWhole) complain(said("a file", { status, body }));
        break;
      }
      for (const rent of rents) settle(rent, position);
      await sleep(fileEveryMs);
    }
  };
  return {
    phase: (commandsASecond) => {
      times = noTimes();
      rate = commandsASecond;
      working ??= Promise.all([...Array.from({ length: callers }, caller), sendFiles()]);
      return times;
    },
    end: async () => {
      isEnded = true;
      await working;
      agent.destroy();
    },
    acknowledged,
    commands: () => commands,
    wrong,
  };
}

/** Money as answers have it, with two decimals. */
export function fenIn(money: string): bigint {
  return BigInt(money.replace(".", ""));
}

function noTimes(): Times {
  return { acknowledged: [], answered: [], read: [], statuses: new Map() };
}

function add(sums: Map<string, bigint>, rent: Rent): void {
  sums.set(rent.household, (sums.get(rent.household) ?? 0n) + fenOf(rent));
}

function said(what: string, { status, body }: Answer): string {
  return `${what} was answered ${status} ${JSON.stringify(body).slice(0, 300)}`;
}

function exchange(
  agent: Agent,
  method: string,
  url: URL,
  body: string | undefined,
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method, headers, timeout: 2 * answerMaxMs }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (piece: string) => (text += piece));
      answer.on("error", reject);
      answer.on("end", () => {
        const body = parsed(text);
        if (body === undefined) reject(new Error("an answer that is no JSON"));
        else resolve({ status: answer.statusCode ?? 0, body });
      });
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", reject);
    asked.end(body);
  });
}

function parsed(text: string): Answer["body"] | undefined {
  try {
    return JSON.parse(text) as Answer["body"];
  } catch {
    return undefined;
  }
}
