// The schema as it is after every migration and with every read model. UPDATE_GOLDEN=1 writes it.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { test } from "tap";
import { projections } from "../../projections/index.ts";
import { prepareProjections } from "../../src/app/project.ts";
import { projectRoot } from "../../src/root.ts";
import { testDatabase } from "../support/database.ts";

const golden = join(projectRoot, "test/golden/schema.sql");
const ours = "nspname IN ('public', 'read')";

/** Each object as a statement, in an order that does not depend on when it was made. */
const statements = [
  `SELECT 'CREATE SCHEMA ' || nspname || ';' AS line FROM pg_namespace WHERE ${ours}
   ORDER BY nspname`,
  `SELECT format('CREATE %sTABLE %I.%I (%s);', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' END,
     nspname, c.relname, string_agg(format(E'\\n  %I %s%s%s%s', a.attname,
       format_type(a.atttypid, a.atttypmod),
       CASE WHEN l.collname = 'C' THEN ' COLLATE "C"' END,
       CASE WHEN a.attnotnull THEN ' NOT NULL' END,
       CASE WHEN a.attidentity <> '' THEN ' GENERATED AS IDENTITY'
         ELSE ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END), ',' ORDER BY a.attnum)) AS line
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_collation l ON l.oid = a.attcollation
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE c.relkind = 'r' AND ${ours}
   GROUP BY nspname, c.relname, c.relpersistence ORDER BY nspname, c.relname`,
  `SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s;', conrelid::regclass, conname,
     pg_get_constraintdef(k.oid)) AS line
   FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
   WHERE ${ours} AND contype <> 'n' ORDER BY 1`,
  `SELECT pg_get_indexdef(i.indexrelid) || ';' AS line
   FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${ours} AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
   ORDER BY 1`,
  `SELECT pg_get_functiondef(p.oid) || ';' AS line
   FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${ours} ORDER BY 1`,
  `SELECT pg_get_triggerdef(t.oid) || ';' AS line
   FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${ours} AND NOT tgisinternal ORDER BY 1`,
] as const;

async function dump(pool: pg.Pool): Promise<string> {
  const parts: string[] = [];
  for (const statement of statements) {
    const { rows } = await pool.query<{ line: string }>(statement);
    parts.push(rows.map(({ line }) => line.trimEnd()).join("\n"));
  }
  return `${parts.join("\n\n")}\n`;
}

void test("the schema is the frozen one: else UPDATE_GOLDEN=1 and review it", async (t) => {
  const { pool } = await testDatabase(t);
  await prepareProjections(pool, projections);
  const found = await dump(pool);
  if (process.env["UPDATE_GOLDEN"] === "1") await writeFile(golden, found);
  t.equal(found, await readFile(golden, "utf8"));
});
