import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { importFile } from "../../src/app/import.ts";
import type { Ledger } from "../../src/ledger.ts";
import { openLedger } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import type { BuildOptions } from "../../src/http/server.ts";
import { buildServer } from "../../src/http/server.ts";
import { projectRoot } from "../../src/root.ts";
import { preparedDatabase } from "./database.ts";
import { sampleKinds } from "./sample.ts";

/** The sample county's files. */
export const sample = join(projectRoot, "test/golden/sample");

/** A service over a ledger of one test, asked without a network. */
export interface TestService {
  readonly app: FastifyInstance;
  readonly ledger: Ledger;
  /** Every line that was logged so far. */
  readonly logged: string[];
  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  post(url: string, body: unknown, headers?: Headers): Promise<LightMyRequestResponse>;
  /** Imports the sample county and waits until it is projected. */
  seed(): Promise<void>;
}

type Headers = Record<string, string>;

interface Teardown {
  teardown(work: () => Promise<void>): unknown;
}

interface Options extends Partial<BuildOptions> {
  readonly demo?: boolean;
  /** Whether events are projected as they are recorded; otherwise only by `seed`. */
  readonly projecting?: boolean;
  /** Whether the ledger is opened. */
  readonly opened?: boolean;
  /** Where the ledger is, where it is not a new one. */
  readonly place?: LedgerPlace;
}

/** Where a ledger of a test is: a folder, and what the environment says of it. */
export interface LedgerPlace {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A place for a ledger, with a database of this test. */
export async function ledgerPlace(t: Teardown): Promise<LedgerPlace> {
  const { connectionString } = await preparedDatabase(t);
  const dataDir = await mkdtemp(join(tmpdir(), "sunshine-http-"));
  const keyFile = join(dataDir, "vault.key");
  await writeFile(keyFile, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600 });
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  return { dataDir, env: { DATABASE_URL: connectionString, VAULT_KEY_FILE: keyFile } };
}

/** A ledger put together as the service's own, on a database of this test. */
export async function testLedgerAt(t: Teardown, place?: LedgerPlace): Promise<Ledger> {
  const { dataDir, env } = place ?? (await ledgerPlace(t));
  const ledger = await openLedger({
    dataDir,
    config: parseConfig(env),
    applicationName: "http test",
    longLived: place !== undefined,
  });
  t.teardown(() => ledger.close());
  return ledger;
}

/** A service of this test; it logs everything, into `logged`. */
export async function testService(t: Teardown, options: Options = {}): Promise<TestService> {
  const ledger = await testLedgerAt(t, options.place);
  if (options.opened !== false) await ledger.open({ demo: options.demo === true });
  const stop = new AbortController();
  const running =
    options.projecting === false ? undefined : ledger.projector.run(stop.signal, () => undefined);
  const logged: string[] = [];
  const app = buildServer(ledger, {
    logLevel: "debug",
    destination: { write: (line) => logged.push(line) },
    ...options,
  });
  await app.ready();
  t.teardown(async () => {
    await app.close();
    stop.abort();
    await running;
  });
  return {
    app,
    ledger,
    logged,
    get: (url, headers = {}) => app.inject({ method: "GET", url, headers }),
    post: (url, body, headers = {}) =>
      app.inject({
        method: "POST",
        url,
        headers: { "content-type": "application/json", ...headers },
        payload: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    seed: async () => {
      for (const kind of sampleKinds) {
        const path = join(sample, `${kind}.csv`);
        await importFile(ledger.handler, kind, path, { actor: "seed", rejected: null });
      }
      await ledger.projector.reach((await ledger.log.head()).position);
    },
  };
}
