import { resolve } from "node:path";
import type { Command } from "commander";
import type { County } from "../../seeds/county.ts";
import { countLoaded, importDemo, isDemoComplete } from "../app/demo.ts";
import { sweepDaily, sweepVault } from "../app/sweep.ts";
import type { Config } from "../config.ts";
import { fileKinds } from "../domain/kinds.ts";
import { EventUnreadable, ReadModelNewer } from "../ledger.ts";
import type { Served } from "../http/server.ts";
import type { PlayOptions } from "./demo-acts.ts";
import type { ProgrammePart } from "./demo-programme.ts";
import { Interrupted, UsageError } from "./failure.ts";
import { progress, say } from "./progress.ts";
import type { Runner, Session } from "./session.ts";
import { reach } from "./session.ts";
import { terminal } from "./terminal.ts";

/** Requests under way have 10 s to end; the rest is for what is being recorded. */
const windDownMs = 14_000;
const connectionsMax = 20;

/** `sunshine start` */
export function startVerb(program: Command, run: Runner): void {
  const verb = program
    .command("start")
    .summary("the whole service: pages and API")
    .description(
      "Runs the whole service until it is stopped (Ctrl-C). An empty embedded ledger is given " +
        "the invented demo county.",
    )
    .option("--no-demo", "leave an empty ledger empty");
  verb.action(async ({ demo }: { demo: boolean }) => {
    const limits = { table: false, poolMax: connectionsMax, windDownMs };
    await run(verb, limits, async (session) => {
      try {
        await serveUntilStopped(session, demo);
      } catch (error) {
        // To be stopped is how a service ends well.
        if (!(error instanceof Interrupted)) throw error;
      }
      return 0;
    });
  });
}

async function serveUntilStopped(session: Session, wantsDemo: boolean): Promise<void> {
  const { ledger, settings, out, signal } = session;
  const { HOST: host, PORT: port, LOG_LEVEL: logLevel } = settings.config;
  // The other verbs start faster without the web framework.
  const { serve, ListenError } = await import("../http/server.ts");
  const { createLogger } = await import("../http/logging.ts");
  const { stdout, stderr } = terminal();
  const isTerminal = stdout.isTTY === true;
  const pretty = isTerminal && stderr.isTTY === true;
  const logger = createLogger({ logLevel, pretty });
  let isReady = false;
  const ready = () => isReady;
  // Listening comes first: a port in use is known at once, and /health says that it is loading.
  const server = await serve(ledger, { host, port, logLevel, pretty, ready }).catch(
    (error: unknown) => {
      if (error instanceof ListenError) throw new UsageError(error.message, error.code);
      throw error;
    },
  );
  const background = new AbortController();
  const projecting = ledger.projector.run(background.signal, (error) => {
    if (error instanceof ReadModelNewer) logger.warn(error.message);
    else logger.error({ err: error }, "projecting failed and is tried again");
  });
  const sweeping = sweepDaily(
    () => sweepVault(ledger.pool, ledger.log, ledger.projector),
    background.signal,
    {
      onSwept: (items) => logger.info({ items }, "swept the vault of items without an event"),
      onError: (error) => logger.error({ err: error }, "sweeping the vault failed"),
    },
  );
  try {
    signal.throwIfAborted();
    await prepare(session, wantsDemo);
    isReady = true;
    if (out.format === "json") await out.json(whereToLook(session, server));
    else if (isTerminal) await out.people(...welcome(session, server));
    else logger.info(whereToLook(session, server), "ready");
    await stopped(signal);
    if (isTerminal && out.format === "people") await out.write("\nstopping …\n");
  } finally {
    background.abort();
    await server.close();
    await Promise.all([projecting, sweeping]);
  }
}

/** Opens the ledger, and sees to it that a demo ledger holds the whole demo county. */
async function prepare(session: Session, wantsDemo: boolean): Promise<void> {
  const { ledger, settings, signal } = session;
  const demo = wantsDemo && mayHoldDemo(settings.config);
  const identity = await ledger.open({ demo });
  const { position: before } = await ledger.log.head();
  if (identity.demo) {
    const county = await demoCounty();
    if (!(await isDemoComplete(ledger.log))) await loadDemo(session, county);
    await playDemo(session, county);
  }
  const { position } = await ledger.log.head();
  await reach(ledger, position, signal).catch((error: unknown) => {
    // It answers what stands before it, and says so.
    if (error instanceof EventUnreadable) say(`warning: ${error.message}`);
    else throw error;
  });
  if (identity.demo && position > before) await countLoaded(ledger.pool);
}

/** The demo county, which is invented once, when it is first needed. */
async function demoCounty(): Promise<() => County> {
  const { inventCounty } = await import("../../seeds/county.ts");
  let county: County | undefined;
  return () => (county ??= inventCounty());
}

/** Imports the files of the demo county. */
async function loadDemo({ ledger, signal }: Session, county: () => County): Promise<void> {
  const { writeDemoCounty } = await import("../../seeds/demo-county.ts");
  const bar = progress("loading the demo county");
  const write = async (folder: string) => ({ ...(await writeDemoCounty(folder, county())) });
  await importDemo(ledger.handler, write, {
    signal,
    onProgress: (kind, done, total) =>
      bar.update(fileKinds.indexOf(kind) + done / total, fileKinds.length),
  }).finally(bar.stop);
}

/** What the demo does beside its files. It is a county still where somebody else was first. */
async function playDemo({ ledger, signal }: Session, county: () => County): Promise<void> {
  const { mayHaveProgramme, playDemoProgramme } = await import("./demo-programme.ts");
  const { playDemoQuarters } = await import("./demo-quarters.ts");
  const { receipts } = await import("../../seeds/programme/incomes.ts");
  const isThere = await mayHaveProgramme(ledger);
  const playing = async (words: string, play: (options: PlayOptions) => Promise<void>) => {
    const bar = progress(words);
    await play({ county, signal, onProgress: bar.update }).finally(bar.stop);
  };
  const programme = async (part: ProgrammePart): Promise<void> => {
    const words = "playing the programme of the demo county";
    if (isThere) await playing(words, (options) => playDemoProgramme(ledger, part, options));
  };
  try {
    await programme("before");
    await playing("paying four quarters of the demo county", (options) =>
      playDemoQuarters(ledger, { ...options, ...(isThere && { receipts }) }),
    );
    await programme("after");
  } catch (error) {
    const { DemoRefused } = await import("./demo-acts.ts");
    if (!(error instanceof DemoRefused)) throw error;
    say(`warning: what the demo does is not complete: ${error.message}`);
  }
}

/** The demo is for trying things out on the embedded database, never for a bureau's own server. */
function mayHoldDemo({ DATABASE_URL, EVENTSTOREDB_URL }: Config): boolean {
  return DATABASE_URL === undefined && EVENTSTOREDB_URL === undefined;
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done());
  });
}

function whereToLook({ settings }: Session, { url }: Served) {
  const own = settings.config.DATABASE_URL === undefined;
  return { url, docs: `${url}/docs`, ...(own ? { data: resolve(settings.dataDir) } : {}) };
}

function welcome(session: Session, server: Served): string[] {
  const { url, docs, data } = whereToLook(session, server);
  const where = session.settings.dataDir === "./.data" ? "" : ` --data ${session.settings.dataDir}`;
  return [
    "阳光账本 Sunshine Ledger is running.",
    "",
    `  Pages     ${url}`,
    `  API       ${docs}`,
    `  Data      ${data ?? "the database of DATABASE_URL"}`,
    "",
    "Meanwhile, in another terminal:",
    `  npx sunshine statements --by township${where}`,
    `  npx sunshine verify${where}`,
    "",
    "Ctrl-C stops it.",
  ];
}
