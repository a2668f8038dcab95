import type { EventData } from "../../events/index.ts";
import type { Json } from "../encoding/canonical.ts";
import { canonical } from "../encoding/canonical.ts";
import { repeatedName } from "../encoding/repeated-name.ts";
import { filledText } from "./columns.ts";
import { deliveredPacks } from "./delivered-packs.ts";
import type { DecidedEvent } from "./facts.ts";
import { keys, streams } from "./facts.ts";
import type { DecideContext, Kind } from "./kind.ts";
import type { Pack } from "./packs.ts";
import { basePack, packSchema } from "./packs.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { Parsed, Row } from "./row.ts";
import { keyOf } from "./row.ts";

const columns = {
  pack: filledText("政策包", "a policy pack in JSON, or the id of one that comes with the ledger"),
  by: filledText("经办人", "who puts it in force", 200),
};

/** A pack to be put in force, well formed. */
export interface PackCommand {
  readonly pack: Pack;
  readonly by: string;
}

/** Puts a policy pack in force for what is recorded after it. */
export const packs: Kind<PackCommand> = {
  name: "packs",
  summary: "Put a policy pack in force",
  right: "system",
  columns,
  idColumn: columns.pack.column,
  isFile: false,
  mostlyNew: false,
  examples: [{ pack: "qionghai-2017", by: "示例" }],
  parse: parsePack,
  decide: decidePack,
};

function parsePack(row: Row): Parsed<PackCommand> {
  const problems: Refusal[] = [];
  const [text, by] = [columns.pack.read(row, problems), columns.by.read(row, problems)];
  const pack = problems.length > 0 ? undefined : readPack(text);
  if (pack === undefined || "code" in pack) {
    const refusal = problems[0] ?? pack ?? malformed("it is empty");
    return { ok: false, key: keyOf(row, columns.pack.column), refusal };
  }
  return { ok: true, command: { pack, by } };
}

/** A pack in JSON, or the delivered one of an id. */
function readPack(text: string): Pack | Refusal {
  const delivered = deliveredPacks.find(({ id }) => id === text);
  if (delivered !== undefined) return delivered;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const ids = deliveredPacks.map(({ id }) => id).join(", ");
    return malformed(`it is neither JSON nor one of the packs that come with it: ${ids}`);
  }
  const twice = repeatedName(text);
  if (twice !== undefined) return malformed(`it has the name ${JSON.stringify(twice)} twice`);
  const read = packSchema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.map(String).join(".") ?? "";
  return malformed([place, issue?.message ?? ""].filter((part) => part !== "").join(": "));
}

function malformed(message: string): Refusal {
  return refuse("PackMalformed", message, columns.pack.column);
}

function decidePack(
  { pack, by }: PackCommand,
  { facts, today }: DecideContext,
): DecidedEvent[] | Refusal {
  const key = keys.pack(pack.id);
  const data = { ...contentOf(pack), by };
  if (pack.id === basePack) {
    const message = `${basePack} is what answers where no pack does`;
    return refuse("ReferenceConflict", message, columns.pack.column);
  }
  const recorded = facts.own(key);
  if (recorded !== undefined) {
    const { by: _by, ...before } = recorded.data;
    if (canonical(before) === canonical(contentOf(pack))) return [];
    const message = `a pack ${pack.id} is recorded with other content`;
    return refuse("ReferenceConflict", message, columns.pack.column);
  }
  const at = { stream: streams.pack(), key, nth: facts.count(key), effectiveDate: today };
  return [{ ...at, type: "PackAdded", data }];
}

function contentOf({ id, parameters, ...rest }: Pack): Omit<EventData<"PackAdded">, "by"> {
  const values = Object.entries(parameters).map(([name, value]) => [
    name,
    canonical(value as Json),
  ]);
  return { pack: id, ...rest, parameters: Object.fromEntries(values) as Record<string, string> };
}
