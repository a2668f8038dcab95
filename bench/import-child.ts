// A process that imports one file and says how much memory that took at most.
import { childTask } from "./child.ts";
import { importAndProject, openBenchLedger } from "./ledger.ts";
import { peakBytes } from "./peak-bytes.ts";

const { database, server, path } = await childTask();
// Whoever wanted to know has gone.
process.once("disconnect", () => process.exit());
const ledger = await openBenchLedger(server, database);
await importAndProject(ledger, path ?? "");
await ledger.close();
process.send?.(await peakBytes());
process.disconnect();
