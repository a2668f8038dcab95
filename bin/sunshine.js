#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/src/cli/main.js", import.meta.url);

if (existsSync(main)) {
  await import(main.href);
} else {
  const project = fileURLToPath(new URL("..", import.meta.url));
  process.stderr.write(
    `sunshine is not built yet: run "npm ci" or "npm run build" in ${project}\n`,
  );
  process.exitCode = 70;
}
