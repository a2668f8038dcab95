// Puts the tests into a few files, as `bin/bundle.js` does the program: to find, compile and open the
// modules of each file of tests one by one took a sixth of the time of them all.
import { readdir, rm } from "node:fs/promises";
import { build } from "esbuild";

const outdir = "test-built";
/** What node runs beside them. */
const programs = /^support\/(.*-child|database|scratch-folder)\.ts$/;
const files = await readdir("test", { recursive: true });

await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: files.flatMap((file) => {
    const isRun = file.endsWith(".test.ts") || programs.test(file);
    return isRun ? [`test/${file}`] : [];
  }),
  outdir,
  outbase: "test",
  bundle: true,
  splitting: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20.12",
  sourcemap: true,
  logLevel: "warning",
});
