// Puts the command where `npx sunshine` finds it first. With a "bin" in package.json npx would install
// this checkout into its own cache at every call: slow, and two calls at once can leave it broken.
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "node_modules", ".bin");
mkdirSync(folder, { recursive: true });
rmSync(join(folder, "sunshine"), { force: true });
symlinkSync(join("..", "..", "bin", "sunshine.js"), join(folder, "sunshine"));
