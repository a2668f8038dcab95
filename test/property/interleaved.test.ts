// Kinds whose facts change while others judge, interleaved and by two processes at once. The log,
// read in its order, is judged by a plain model: what was recorded was allowed where it stands, and
// what was refused was refused at some moment between asking and answer. PROPERTY_ROWS says how
// many commands, PROPERTY_SEED the first seed; a test that fails names its own.
import type { Test } from "tap";
import { test } from "tap";
import { createPool } from "../../src/database/pool.ts";
import type { AppendRequest, AppendResult, EventLog } from "../../src/log/event-log.ts";
import { postgresLog } from "../../src/log/postgres/postgres-log.ts";
import type { CommandBatch } from "../../src/write/commands.ts";
import type { Submitter } from "../../src/write/group-commit.ts";
import { groupCommit } from "../../src/write/group-commit.ts";
import type { Handler } from "../../src/write/handle.ts";
import { handler } from "../../src/write/handle.ts";
import type {
  FundCommand,
  GateCommand,
  GrantCommand,
  TokenCommand,
  VisitCommand,
} from "../support/changing-kinds.ts";
import { changingKinds, fundMax } from "../support/changing-kinds.ts";
import type { Random } from "../support/county.ts";
import { randomSource } from "../support/county.ts";
import type { RowOutcome } from "../support/ledger.ts";
import { outcomeName, testLedger } from "../support/ledger.ts";

const commandsWanted = Number(process.env["PROPERTY_ROWS"] ?? 4_000);
const firstSeed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 1_000_000_000);
const commandsOfTest = 1_000;

/** A command of any of the kinds. */
type Command =
  | ({ readonly kind: "gates" } & GateCommand)
  | ({ readonly kind: "funds" } & FundCommand)
  | ({ readonly kind: "visits" } & VisitCommand)
  | ({ readonly kind: "tokens" } & TokenCommand)
  | ({ readonly kind: "grants" } & GrantCommand);

/** What has happened, one command after another; it knows nothing of events, keys and streams. */
function plainModel() {
  const open = new Map<string, boolean>();
  const funds = new Map<string, number>();
  const visits = new Map<string, number>();
  const taken = new Set<string>();
  const said = new Map<string, string>();
  const barred = (gate: string): RowOutcome | undefined => {
    if (!open.has(gate)) return "OrganisationUnknown";
    return open.get(gate) === true ? undefined : "ContractNotInForce";
  };
  const repeated = (name: string, command: Command): RowOutcome | undefined => {
    const before = said.get(name);
    if (before === undefined) return undefined;
    const isSame = command.kind === "grants" || before === JSON.stringify(command);
    return isSame ? "alreadyRecorded" : "ReferenceConflict";
  };
  const nameOf = (command: Command): string =>
    "reference" in command ? `${command.kind} ${command.reference}` : "";
  /** What becomes of a command now. */
  const judge = (command: Command): RowOutcome => {
    const again = repeated(nameOf(command), command);
    if (again !== undefined) return again;
    switch (command.kind) {
      case "gates":
        return open.get(command.gate) === (command.to === "open") ? "alreadyRecorded" : "recorded";
      case "funds": {
        const sum = (funds.get(command.fund) ?? 0) + command.amount;
        if (sum < 0) return "NoShares";
        return sum > fundMax ? "AmountMismatch" : "recorded";
      }
      case "visits":
        return "recorded";
      case "tokens":
        return barred(command.gate) ?? (taken.has(command.token) ? "AlreadyReversed" : "recorded");
      case "grants": {
        const { gate, fund, house, token } = command;
        const closed = barred(gate);
        if (closed !== undefined) return closed;
        if (taken.has(token)) return "AlreadyReversed";
        if ((funds.get(fund) ?? 0) > fundMax / 2) return "AmountMismatch";
        return (visits.get(house) ?? 0) % 2 === 1 ? "recorded" : "HouseholdUnknown";
      }
    }
  };
  const record = (command: Command): void => {
    if ("reference" in command) said.set(nameOf(command), JSON.stringify(command));
    if (command.kind === "gates") open.set(command.gate, command.to === "open");
    if (command.kind === "funds") {
      funds.set(command.fund, (funds.get(command.fund) ?? 0) + command.amount);
    }
    if (command.kind === "visits") visits.set(command.house, (visits.get(command.house) ?? 0) + 1);
    if (command.kind === "tokens") taken.add(command.token);
  };
  /** What becomes of commands in their order. */
  const predict = (commands: readonly Command[]): RowOutcome[] =>
    commands.map((command) => {
      const outcome = judge(command);
      if (outcome === "recorded") record(command);
      return outcome;
    });
  return { judge, predict };
}

type Model = ReturnType<typeof plainModel>;

/** The keys of the events that a recorded command leaves in the log. */
function keysOf(command: Command): string[] {
  switch (command.kind) {
    case "gates":
      return [`organisation:${command.gate}`];
    case "funds":
      return [`movement:${command.reference}`];
    case "visits":
      return [`status:${command.house}`];
    case "tokens":
      return [`contract:${command.reference}`];
    case "grants":
      return [`household:${command.reference}`, `status:${command.reference}`];
  }
}

/** Random commands over few things, so that they meet; some are handed in again. */
function commandSource(random: Random): (kind: Command["kind"]) => Command {
  const sent = new Map<string, Command[]>();
  let count = 0;
  const one = (letter: string, of: number): string => `${letter}${random.below(of)}`;
  const make = (kind: Command["kind"]): Command => {
    const reference = `${kind}-${count++}`;
    // A token is free for a while.
    const token = `T${Math.floor(count / 25) + random.below(4)}`;
    switch (kind) {
      case "gates":
        return { kind, gate: one("G", 3), to: random.chance(0.7) ? "open" : "closed" };
      case "funds": {
        const amount = random.between(1, 6) * (random.chance(0.5) ? 1 : -1);
        return { kind, reference, fund: one("F", 2), amount };
      }
      case "visits":
        return { kind, house: one("H", 3) };
      case "tokens":
        return { kind, reference, token, gate: one("G", 3) };
      case "grants": {
        const [gate, fund, house] = [one("G", 3), one("F", 2), one("H", 3)];
        return { kind, reference, token, gate, fund, house };
      }
    }
  };
  return (kind) => {
    const before = sent.get(kind) ?? [];
    sent.set(kind, before);
    const made = make(kind);
    if (before.length === 0 || !random.chance(0.15)) {
      before.push(made);
      return made;
    }
    const again = random.pick(before.slice(-30));
    if (!("reference" in again) || random.chance(0.7)) return again;
    return { ...made, reference: again.reference } as Command;
  };
}

const kindNames = [
  "gates",
  "gates",
  "funds",
  "funds",
  "visits",
  "tokens",
  "tokens",
  "grants",
  "grants",
] as const;

/** Commands of one kind, a few of them. */
function batchesFrom(random: Random): () => Command[] {
  const next = commandSource(random);
  return () => {
    const kind = random.pick(kindNames);
    const size = random.chance(0.4) ? 1 : random.between(2, 9);
    return Array.from({ length: size }, () => next(kind));
  };
}

/** A batch as it was handed in and answered. */
interface Sent {
  readonly commands: readonly Command[];
  /** How far the log was, at least, when it was handed in, and when it was answered. */
  readonly from: bigint;
  to: bigint;
  /** Undefined where it failed. */
  outcomes: RowOutcome[] | undefined;
  /** The last of its events, 0 where there are none. */
  position: bigint;
}

/** A process of the ledger: its own connections, log and memory. */
interface Process {
  readonly submitter: Submitter;
  /** In the order in which they were handed in. */
  readonly sent: Sent[];
  send(commands: readonly Command[]): Promise<RowOutcome[] | undefined>;
}

/** What both processes have handed in. */
interface Batches {
  /** By the correlation of each command. */
  readonly by: Map<string, Sent>;
  /** How far the log was when the last answer came. */
  head: bigint;
}

interface World {
  readonly t: Test;
  readonly random: Random;
  readonly log: EventLog;
  readonly model: Model;
  readonly processes: readonly [Process, Process];
  readonly next: () => Command[];
  readonly batches: Batches;
  /** Up to where the log was judged. */
  judged: bigint;
}

function kindOf(name: string) {
  const kind = changingKinds[name];
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return kind;
}

/** A process whose every batch is noted, whoever hands it in. */
function processOver(log: EventLog, own: Handler, batches: Batches): Process {
  const sent: Sent[] = [];
  const handle = async (batch: CommandBatch) => {
    const from = batches.head;
    const commands = batch.commands as Command[];
    const noted: Sent = { commands, from, to: from, outcomes: undefined, position: 0n };
    sent.push(noted);
    for (const { correlation = "" } of batch.contexts) batches.by.set(correlation, noted);
    const outcomes = await own.handle(batch);
    noted.to = (await log.head()).position;
    if (noted.to > batches.head) batches.head = noted.to;
    noted.outcomes = outcomes.map(outcomeName);
    return outcomes;
  };
  const send = async (commands: readonly Command[]) => {
    const contexts = commands.map(() => ({ actor: "test", correlation: correlationOf() }));
    const kind = commands[0]?.kind ?? "gates";
    const outcomes = await handle({ kind, commands, contexts }).catch(ignorePlanned);
    return outcomes?.map(outcomeName);
  };
  return { sent, send, submitter: groupCommit({ handle }) };
}

let correlations = 0;

function correlationOf(): string {
  correlations += 1;
  return String(correlations);
}

class Planned extends Error {}

function ignorePlanned(error: unknown): undefined {
  if (!(error instanceof Planned)) throw error;
}

/** Loses races it could win and fails, before it has recorded or after. */
function unreliable(random: Random, log: EventLog): EventLog {
  const append = async (request: AppendRequest): Promise<AppendResult> => {
    if (random.chance(0.02)) throw new Planned("before");
    if (random.chance(0.1)) {
      const { recordedAt = "" } = await log.head();
      return { complete: false, appended: request.events.map(() => null), recordedAt };
    }
    const result = await log.append(request);
    if (result.complete && random.chance(0.02)) throw new Planned("after");
    return result;
  };
  return Object.assign(Object.create(log) as EventLog, { append });
}

/** Reads what is new in the log and judges it, and every answer that was given meanwhile. */
async function judgeRound(world: World): Promise<void> {
  const { t, log, model, processes, batches } = world;
  const events = await log.read(world.judged, 100_000);
  const runs: { batch: Sent; keys: string[]; last: bigint }[] = [];
  for (const { key, meta, position } of events) {
    const batch = batches.by.get(meta.correlation ?? "");
    if (batch === undefined) throw new Error(`nobody asked for ${key}`);
    const run = runs.at(-1);
    if (run?.batch === batch) {
      run.keys.push(key);
      run.last = position;
    } else runs.push({ batch, keys: [key], last: position });
  }
  for (const { batch, last } of runs) {
    if (batch.position > 0n) t.fail(`a batch stands in two places: ${told(batch)}`);
    batch.position = last;
  }
  const idle = processes.flatMap(({ sent }) => idleOf(sent));
  const judgeIdle = (at: bigint): void => {
    for (const one of idle) {
      if (at < one.from || at > one.to) continue;
      one.waiting = one.waiting.filter(([command, outcome]) => model.judge(command) !== outcome);
    }
  };
  judgeIdle(world.judged);
  for (const { batch, keys, last } of runs) {
    const expected = model.predict(batch.commands);
    const found = batch.outcomes ?? expected;
    if (found.join() !== expected.join()) {
      t.fail(`at ${last}: ${told(batch)}: expected ${expected.join()}`);
    }
    const wanted = batch.commands.flatMap((command, i) =>
      expected[i] === "recorded" ? keysOf(command) : [],
    );
    if (keys.join() !== wanted.join()) t.fail(`at ${last}: ${keys.join()} of ${told(batch)}`);
    world.judged = last;
    judgeIdle(last);
  }
  for (const { from, to, waiting } of idle) {
    const [wrong] = waiting;
    if (wrong !== undefined) {
      t.fail(`never so from ${from} to ${to}: ${JSON.stringify(wrong)}`);
    }
  }
  for (const { sent } of processes) sent.length = 0;
  batches.by.clear();
}

function told({ commands, outcomes }: Sent): string {
  return `${JSON.stringify(commands)} ${outcomes?.join() ?? "without an answer"}`;
}

interface Idle {
  /** The positions at which its answers may have been true. */
  readonly from: bigint;
  readonly to: bigint;
  /** Answers that have not been true yet. */
  waiting: (readonly [Command, RowOutcome])[];
}

/** Batches of one process that recorded nothing; those before and after them keep their order. */
function idleOf(sent: readonly Sent[]): Idle[] {
  return sent.flatMap(({ commands, outcomes, position, from, to }, at) => {
    if (position > 0n || outcomes === undefined) return [];
    const before = sent
      .slice(0, at)
      .reduce((max, one) => (one.position > max ? one.position : max), from);
    const later = sent.slice(at + 1).find((one) => one.position > 0n);
    const end = later !== undefined && later.position <= to ? later.position - 1n : to;
    const waiting = commands.map((command, i) => [command, outcomes[i] ?? "nothing"] as const);
    return [{ from: before, to: end, waiting }];
  });
}

/** A way to hand a number of batches in. */
type Way = (world: World) => Promise<number>;

/** Both at once, each with up to four batches under way, some of them single commands of many. */
const atOnce: Way = async (world) => {
  const { random, next, processes } = world;
  const plans = processes.map((process) => ({
    process,
    batches: Array.from({ length: random.between(2, 9) }, next),
  }));
  const inFlight = random.between(1, 4);
  await Promise.all(
    plans.map(async ({ process, batches: planned }) => {
      const underWay: Promise<unknown>[] = [];
      for (const commands of planned) {
        const asSingles = random.chance(0.25);
        underWay.push(asSingles ? singles(process, commands) : process.send(commands));
        if (underWay.length >= inFlight) await underWay.shift();
      }
      await Promise.all(underWay);
    }),
  );
  await judgeRound(world);
  return plans.flatMap(({ batches: planned }) => planned.flat()).length;
};

async function singles({ submitter }: Process, commands: readonly Command[]): Promise<void> {
  await Promise.all(
    commands.map((command) =>
      submitter
        .submit(command.kind, command, { actor: "test", correlation: correlationOf() })
        .catch(ignorePlanned),
    ),
  );
}

/** One batch after another, to either; every answer is the model's. */
const inTurn: Way = async ({ t, random, next, model, processes }) => {
  const commands = next();
  const found = await random.pick(processes).send(commands);
  sameOutcomes(t, commands, model.predict(commands), found);
  return commands.length;
};

/** To one alone, up to four before the first has answered; every answer is the model's. */
const ahead: Way = async ({ t, random, next, model, processes }) => {
  const process = random.pick(processes);
  const planned = Array.from({ length: 4 }, next);
  const expected = planned.map(model.predict);
  const found = await Promise.all(planned.map(process.send));
  planned.forEach((commands, i) => {
    sameOutcomes(t, commands, expected[i] ?? [], found[i]);
  });
  return planned.flat().length;
};

function sameOutcomes(
  t: Test,
  commands: readonly Command[],
  expected: readonly RowOutcome[],
  found: readonly RowOutcome[] | undefined,
): void {
  if (found?.join() === expected.join()) return;
  t.fail(`${JSON.stringify(commands)}: ${expected.join()}, but ${found?.join() ?? "nothing"}`);
}

const ways = {
  "at once": atOnce,
  "in turn": inTurn,
  ahead,
  "at once, unreliable": atOnce,
} as const;

let commandsLeft = commandsWanted;
for (let n = 0; commandsLeft > 0; n++, commandsLeft -= commandsOfTest) {
  const seed = firstSeed + n;
  const names = Object.keys(ways) as (keyof typeof ways)[];
  const way = names[n % names.length] ?? "at once";
  const wanted = Math.min(commandsOfTest, commandsLeft);
  void test(`changing facts ${seed} (${way})`, async (t) => {
    const random = randomSource(seed);
    const ledger = await testLedger(t);
    const other = createPool(ledger.connectionString, { applicationName: "other" });
    const { position: head } = await ledger.log.head();
    const batches: Batches = { by: new Map(), head };
    const processOf = (pool: typeof other): Process => {
      const own = postgresLog(pool);
      const log = way === "at once, unreliable" ? unreliable(random, own) : own;
      return processOver(own, handler(log, ledger.vault, kindOf), batches);
    };
    const world: World = {
      t,
      random,
      log: ledger.log,
      model: plainModel(),
      processes: [processOf(ledger.pool), processOf(other)],
      next: batchesFrom(random),
      batches,
      judged: head,
    };
    for (let done = 0; done < wanted; ) {
      done += await ways[way](world);
    }
    t.strictSame(await ledger.log.inspect(), []);
    await other.end();
  });
}
