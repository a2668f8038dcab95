// Several writers of one process: each hands wages of its own and, against all others, shared ones
// to a handler of its own, and says as JSON what became of each.
import { handler } from "../../src/write/handle.ts";
import { createPool } from "../../src/database/pool.ts";
import { postgresLog } from "../../src/log/postgres/postgres-log.ts";
import { deriveKeys } from "../../src/vault/keys.ts";
import { openVault } from "../../src/vault/vault.ts";
import { send } from "./ledger.ts";
import { wage } from "./rows.ts";

const [connectionString = "", master = "", name = "", writers = "", rounds = ""] =
  process.argv.slice(2);
const pool = createPool(connectionString, { applicationName: `writer ${name}` });
const vault = openVault(pool, deriveKeys(Buffer.from(master, "hex")));
const outcomes: Record<string, string> = {};
const write = async (writer: number): Promise<void> => {
  const own = handler(postgresLog(pool), vault);
  for (let round = 0; round < Number(rounds); round++) {
    const references = [`${name}-${writer}-${round}`, `shared-${round}`];
    const rows = references.map((reference) => wage(reference));
    const [mine = "", shared = ""] = await send(own, "movements", rows);
    outcomes[`${name}-${writer}-${round}`] = mine;
    outcomes[`shared-${round} ${name}-${writer}`] = shared;
  }
};
await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => write(writer)));
await pool.end();
process.stdout.write(`${JSON.stringify(outcomes)}\n`);
