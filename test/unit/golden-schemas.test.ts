// The schema of a released version of an event is for ever: test/golden/schemas holds each as JSON
// Schema, of what is stored. UPDATE_GOLDEN=1 writes those that are missing and changes none.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { z } from "zod";
import { eventTypes } from "../../events/index.ts";
import { projectRoot } from "../../src/root.ts";

const folder = join(projectRoot, "test/golden/schemas");

const schemas = new Map(
  Object.entries(eventTypes).flatMap(([type, { versions }]) =>
    versions.map((schema: z.ZodType, i) => {
      const document = z.toJSONSchema(schema, { io: "input" });
      return [`${type}.v${i + 1}.json`, `${JSON.stringify(document, null, 2)}\n`] as const;
    }),
  ),
);

if (process.env["UPDATE_GOLDEN"] === "1") {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of schemas) {
    if (!existsSync(join(folder, name))) writeFileSync(join(folder, name), text);
  }
}

test("the schema of every version of every type of event", (t) => {
  t.strictSame(readdirSync(folder).sort(), [...schemas.keys()].sort(), "is frozen");
  for (const [name, text] of schemas) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    // Where this fails, a released version was changed: what is wanted needs a new version.
    t.equal(text, readFileSync(path, "utf8"), `${name} is what it was released as`);
  }
  t.end();
});
