// A process that serves the ledger of a bench over HTTP, as `sunshine start` does.
import { once } from "node:events";
import { serve } from "../src/http/server.ts";
import { childTask } from "./child.ts";
import { openBenchLedger } from "./ledger.ts";

const { database, server } = await childTask();
const ledger = await openBenchLedger(server, database);
const stop = new AbortController();
const projecting = ledger.projector.run(stop.signal, (error) => {
  throw error;
});

const served = await serve(ledger, { host: "127.0.0.1", port: 0, logLevel: "warn" });
process.send?.(served.url);
await once(process, "disconnect");
await served.close();
stop.abort();
await projecting;
await ledger.close();
