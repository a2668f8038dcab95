// Claims a key and holds it until it is killed. Says `claimed` once it has it.
import { keptRequests } from "../../src/app/idempotency.ts";
import { createPool } from "../../src/database/pool.ts";

const [connectionString = "", key = ""] = process.argv.slice(2);
const pool = createPool(connectionString, { applicationName: "claim child" });
const claim = await keptRequests(pool).claim(key, "request");
process.stdout.write("session" in claim ? "claimed\n" : "in use\n");
setInterval(() => undefined, 60_000);
