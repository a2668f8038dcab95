import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { parse } from "yaml";
import { z } from "zod";
import { environmentVariables, parseConfig } from "../../src/config.ts";
import { projectRoot } from "../../src/root.ts";

const read = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

const composeFile = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      build: z.string().optional(),
      environment: z.record(z.string(), z.string()),
      ports: z.array(z.string()),
      secrets: z.array(z.string()).default([]),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
      healthcheck: z.object({ test: z.array(z.string()) }).optional(),
    }),
  ),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});

const dockerfile = read("Dockerfile").replaceAll(/\\\n\s*/g, "");
const compose = composeFile.parse(parse(read("compose.yaml"), { merge: true }));
const services = Object.entries(compose.services);
const { ledger } = compose.services;
if (ledger === undefined) throw new Error("compose.yaml has no service `ledger`");

/** The arguments of each instruction of a name, in order. */
function instructions(name: string): string[] {
  const found = dockerfile.matchAll(new RegExp(`^ *${name} +(.*)$`, "gm"));
  return [...found].map(([, rest = ""]) => rest);
}

/** What `ENV a=1 b=2` sets. */
const imageEnvironment = Object.fromEntries(
  instructions("ENV")
    .flatMap((line) => line.split(" "))
    .map((pair) => pair.split("=", 2) as [string, string]),
);

void test("the environment the container gives the service", (t) => {
  const given: Record<string, string> = { ...imageEnvironment, ...ledger.environment };
  const known = new Set(environmentVariables);
  t.strictSame(
    Object.keys(given).filter((name) => !known.has(name)),
    [],
    "has no variable that the service does not read",
  );
  const password = "p4ss";
  const filled = Object.entries(given).map(([name, value]) => [
    name,
    value.replaceAll(/\$\{POSTGRES_PASSWORD:\?[^}]*\}/g, password),
  ]);
  const config = parseConfig(Object.fromEntries(filled) as Record<string, string>);
  t.equal(config.LEDGER_LOG, "eventstoredb", "is accepted, and names EventStoreDB as the log");
  t.equal(new URL(config.DATABASE_URL ?? "").hostname, "postgres", "names the database");
  const nodes = services.map(([name]) => name).filter((name) => name.startsWith("eventstore"));
  for (const node of nodes) t.match(config.EVENTSTOREDB_URL, `${node}:2113`, `names ${node}`);
  t.equal(nodes.length, 3, "names a cluster of three");
  t.doesNotThrow(() => parseConfig(imageEnvironment), "may be the image's alone");
  t.end();
});

void test("the vault's key is a secret the service is given", (t) => {
  const [, , , name = ""] = ledger.environment["VAULT_KEY_FILE"]?.split("/") ?? [];
  t.equal(ledger.environment["VAULT_KEY_FILE"], `/run/secrets/${name}`);
  t.ok(ledger.secrets.includes(name));
  t.match(compose.secrets[name]?.file, /^\.data\//, "its file is one that git ignores");
  t.notMatch(dockerfile, /PASSWORD|SECRET|\.key\b/i, "no secret is in the image");
  for (const [service, { environment }] of services) {
    const written = Object.entries(environment)
      .filter(([variable]) => variable.endsWith("PASSWORD"))
      .filter(([, value]) => !value.startsWith("${"));
    t.strictSame(written, [], `no password of ${service} is written down`);
  }
  t.end();
});

void test("ports are published on loopback alone", (t) => {
  for (const [name, { ports }] of services) {
    for (const port of ports) t.match(port, /^127\.0\.0\.1:[\d-]+:\d+$/, `${name}: ${port}`);
  }
  const [, port] = /:(\d+)$/.exec(ledger.ports[0] ?? "") ?? [];
  t.equal(ledger.environment["PORT"], port, "the service listens where it is published");
  t.strictSame(instructions("EXPOSE"), [port], "and where its image says");
  t.end();
});

void test("images are pinned", (t) => {
  const images = services.map(([, { image }]) => image);
  const stages = instructions("FROM").map((line) => line.split(" ")[0] ?? "");
  for (const image of [...images, ...stages])
    t.match(image, /^[a-z/-]+:\d+\.\d+[a-z0-9.-]*$/, image);
  const { version } = JSON.parse(read("package.json")) as { version: string };
  t.equal(ledger.image, `sunshine-ledger:${version}`, "the ledger's by its own version");
  t.end();
});

void test("the image", (t) => {
  t.strictSame(instructions("USER"), ["node"], "does not run as root");
  t.strictSame(instructions("CMD").at(-1), '["node", "bin/sunshine.js", "start"]');
  t.match(instructions("HEALTHCHECK").join(""), "/health", "asks the service for its health");
  const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
  t.ok(
    last.indexOf("\nUSER node") > last.lastIndexOf("\nRUN "),
    "is finished before it changes user",
  );
  t.match(last, /^WORKDIR \/app$/m);
  t.end();
});

void test("the service starts after what it needs is healthy", (t) => {
  const others = services.filter(([name]) => name !== "ledger");
  for (const [name, { healthcheck }] of others) {
    t.equal(ledger.depends_on[name]?.condition, "service_healthy", name);
    t.ok(healthcheck, `${name} has a health check`);
  }
  t.end();
});

void test("what the image copies is not ignored", (t) => {
  const ignored = read(".dockerignore").split("\n");
  const copied = instructions("COPY")
    .filter((line) => !line.startsWith("--from") && line !== ". .")
    .flatMap((line) => line.split(" ").slice(0, -1));
  for (const path of copied) t.ok(ignored.includes(`!${path}`), path);
  t.end();
});
