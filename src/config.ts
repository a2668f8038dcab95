import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
const text = z.string().min(1);

/** Each variable of the environment: what it must be, and what `--help` says of it. */
const variables = {
  DATABASE_URL: text
    .optional()
    .describe("PostgreSQL to use instead of the embedded one (postgres://…)"),
  LEDGER_LOG: z
    .enum(["postgres", "eventstoredb"])
    .default("postgres")
    .describe("engine that holds the events: postgres (default) or eventstoredb"),
  EVENTSTOREDB_URL: text.optional().describe("connection string of EventStoreDB (esdb://…)"),
  VAULT_KEY_FILE: text
    .optional()
    .describe("file with the vault's key; made in --data, must be given with DATABASE_URL"),
  HOST: text.default("127.0.0.1").describe("address to listen on (127.0.0.1)"),
  PORT: port.default(8080).describe("port to listen on (8080)"),
  ALLOW_UNAUTHENTICATED: z
    .enum(["0", "1"])
    .default("0")
    .describe("1: listen on an address that is not loopback although there is no sign-in yet"),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("what the service logs (info)"),
};

const schema = z.object(variables).superRefine((env, context) => {
  const say = (path: string, message: string) => {
    context.addIssue({ code: "custom", path: [path], message });
  };
  if (env.LEDGER_LOG === "eventstoredb" && env.EVENTSTOREDB_URL === undefined) {
    say("EVENTSTOREDB_URL", "must be given with LEDGER_LOG=eventstoredb");
  }
  if (env.DATABASE_URL !== undefined && env.VAULT_KEY_FILE === undefined) {
    say("VAULT_KEY_FILE", "must be given with DATABASE_URL");
  }
  if (!isLoopback(env.HOST) && env.ALLOW_UNAUTHENTICATED !== "1") {
    say("HOST", "is not loopback: until sign-in exists this needs ALLOW_UNAUTHENTICATED=1");
  }
});

/** The environment, parsed once. */
export type Config = z.infer<typeof schema>;

/** The names of the variables that are read; there are no others. */
export const environmentVariables: readonly string[] = Object.keys(variables);

/** A line for `--help` a variable. */
export const environmentHelp: readonly (readonly [name: string, meaning: string])[] =
  Object.entries(variables).map(([name, type]) => [name, type.description ?? ""]);

/** Thrown when the environment does not fit; its message names the variable. */
export class ConfigError extends Error {}

/** Parses an environment; empty variables count as absent. Throws `ConfigError`. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    environmentVariables.flatMap((name) => {
      const value = environment[name]?.trim();
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError(`${issue?.path.join(".") ?? "environment"}: ${issue?.message ?? ""}`);
}

/** Whether an address is of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
