// Imports a county's four files into the ledger of the environment, as the command line does. Says
// `importing KIND` before each file, and at the end what became of the rows as JSON.
import { importFile } from "../../src/app/import.ts";
import { openLedger } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import { countyKinds } from "./county.ts";

const [folder = "", dataDir = ""] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const config = parseConfig(process.env);
const ledger = await openLedger({ dataDir, config, applicationName: "import child" });
await ledger.open({ demo: false });
const results: Record<string, unknown> = {};
for (const kind of countyKinds) {
  say(`importing ${kind}`);
  const options = { actor: "child" };
  const result = await importFile(ledger.handler, kind, `${folder}/${kind}.csv`, options);
  if (result.stopped !== undefined) throw result.stopped.error;
  results[kind] = result;
}
await ledger.close();
say(JSON.stringify(results));
