import type { BankItem } from "./bank-item.ts";
import { messageHeader } from "./message-header.ts";
import { NotABankFile } from "./not-a-bank-file.ts";
import { statementPlaces } from "./statement-places.ts";
import { statusPlaces } from "./status-places.ts";
import { xmlText } from "./xml-text.ts";
import type { Opened, Place } from "./xml-places.ts";
import { xmlFeed } from "./xml-places.ts";

/** Message elements; version 1 ends theirs in `V01`, and pain.002 once had its own name. */
const families: ReadonlyMap<string, string> = new Map([
  ["BkToCstmrAcctRpt", "camt.052"],
  ["BkToCstmrAcctRptV01", "camt.052"],
  ["BkToCstmrStmt", "camt.053"],
  ["BkToCstmrStmtV01", "camt.053"],
  ["BkToCstmrDbtCdtNtfctn", "camt.054"],
  ["BkToCstmrDbtCdtNtfctnV01", "camt.054"],
  ["CstmrPmtStsRpt", "pain.002"],
  ["pain.002.001.01", "pain.002"],
  ["pain.002.001.02", "pain.002"],
]);

/** The name of a message in its namespace. */
const messageName = /(?<![a-z])[a-z]{4}\.\d{3}\.\d{3}\.\d{2}(?!\d)/;
/** Where a bank that forgot the namespace may have written it: `Xmlns="…"`. */
const wouldBeNamespace = /^xmlns$|schemalocation$/i;

/**
 * Reads a message of a bank from its bytes: camt.052, 053, 054 and pain.002 of any version, told
 * apart by the message element. A schema is no gate: what is not needed may be absent, and what has
 * no place is passed over. Throws `NotABankFile`, and of its own nothing else, for bytes that are
 * no such message; what was told until then is void, so nothing may count before the end is
 * reached.
 */
export async function* readMessage(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<BankItem> {
  let items: BankItem[] = [];
  const finder = messageFinder((item) => items.push(item));
  const feed = xmlFeed(finder.find);
  for await (const text of xmlText(bytes)) {
    feed.write(text);
    const told = items;
    items = [];
    for (const item of told) yield item;
  }
  feed.end();
  finder.end();
  for (const item of items) yield item;
}

function messageFinder(tell: (item: BankItem) => void) {
  let isFound = false;
  let names: string[] = [];
  return {
    find(opened: Opened): Place | undefined {
      if (opened.name === "Document" || opened.depth === 0) {
        names = [opened.namespace, ...opened.attributesLike(wouldBeNamespace)];
      }
      const family = families.get(opened.name);
      if (family === undefined) return undefined;
      if (isFound) throw new NotABankFile("OtherMessage", "the file has more than one message");
      isFound = true;
      return messagePlace(family, kindOf(family, opened, names), tell);
    },
    end(): void {
      if (isFound) return;
      const [name] = names.flatMap((text) => messageName.exec(text)?.[0] ?? []);
      const what = name === undefined ? "no message of a bank" : `a ${name}`;
      throw new NotABankFile(
        "OtherMessage",
        `the file is ${what}; read are camt.052, camt.053, camt.054 and pain.002`,
      );
    },
  };
}

/** The kind of a message, with its version where its namespace, or what would be it, names one. */
function kindOf(family: string, { namespace }: Opened, names: readonly string[]): string {
  const said = namespace === "" ? names : [namespace];
  const [kind] = said.flatMap((text) => messageName.exec(text)?.[0] ?? []);
  const isForeign = kind === undefined && namespace !== "";
  if (isForeign || (kind !== undefined && !kind.startsWith(`${family}.`))) {
    throw new NotABankFile("OtherMessage", `the namespace is not that of a ${family}`);
  }
  return kind ?? family;
}

function messagePlace(family: string, kind: string, tell: (item: BankItem) => void): Place {
  const header = messageHeader(kind, tell);
  return family === "pain.002" ? statusPlaces(header, tell) : statementPlaces(header, tell);
}
