#!/usr/bin/env node
import { closeSync, existsSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { fileURLToPath } from "node:url";

const bundle = new URL("../dist/bundle/main.js", import.meta.url);
const modules = new URL("../dist/src/cli/main.js", import.meta.url);
const main = existsSync(bundle) ? bundle : modules;
/** As many files as a verb opens at once while it loads, and a few to work with. */
const filesMin = 150;

if (!mayOpen(filesMin)) {
  // Seen to before anything is loaded: a module that cannot be opened is called missing.
  const message = "no more files can be opened (ulimit -n); raise that and run it again";
  process.stderr.write(`sunshine: ${message}\n`);
  if (process.argv.includes("--json")) {
    process.stdout.write(`${JSON.stringify({ error: { code: "TooManyOpenFiles", message } })}\n`);
  }
  process.exitCode = 70;
} else if (existsSync(main)) {
  await import(main.href);
} else {
  const project = fileURLToPath(new URL("..", import.meta.url));
  process.stderr.write(
    `sunshine is not built yet: run "npm ci" or "npm run build" in ${project}\n`,
  );
  process.exitCode = 70;
}

function mayOpen(count) {
  const opened = [];
  try {
    while (opened.length < count) opened.push(openSync(devNull));
    return true;
  } catch {
    return false;
  } finally {
    for (const file of opened) closeSync(file);
  }
}
