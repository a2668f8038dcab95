import { extname, join } from "node:path";
import { projectRoot } from "../../src/root.ts";

/** What node is given to run a file below `test`, named without its end: built as this file is. */
export function nodeProgram(file: string): readonly string[] {
  const isSource = extname(import.meta.url) === ".ts";
  if (isSource) return ["--import=tsx", join(projectRoot, "test", `${file}.ts`)];
  return ["--enable-source-maps", join(projectRoot, "test-built", `${file}.js`)];
}
