// What movements of shares and losses rest on in the programme: assets and what was decided of
// them, loans, and disputes.
import { toUnits } from "./decimal.ts";
import type { Programme } from "./programme/programme.ts";

/** What a row of the programme says. */
type Said = Readonly<Record<string, unknown>>;

/** What a row says that others name, `assets/ZC-1`; undefined where it is unknown or taken back. */
export function saidOf({ rows }: Programme, name: string): Said | undefined {
  const row = rows.get(name);
  return row?.takenBackOn === undefined ? row?.data : undefined;
}

/** What rows of a kind say that name something and were not taken back, in their order. */
function sayingOf({ naming }: Programme, name: string, kind: string): readonly Said[] {
  const found: Said[] = [];
  for (const [own, rows] of naming.get(name) ?? []) {
    if ((own as string) !== kind) continue;
    for (const { data, takenBackOn } of rows) if (takenBackOn === undefined) found.push(data);
  }
  return found;
}

/** Steps of an asset of one kind that count on a day, in their order. */
export function stepsOfAsset(
  { naming }: Programme,
  asset: string,
  kind: "appraise" | "resolve",
  day: string,
): readonly Said[] {
  const found: Said[] = [];
  for (const [own, rows] of naming.get(`assets/${asset}`) ?? []) {
    if ((own as string) !== "asset-steps") continue;
    for (const { data, takenBackOn } of rows) {
      const counts = data.date <= day && (takenBackOn === undefined || day < takenBackOn);
      if (counts && (data as Said)["kind"] === kind) found.push(data);
    }
  }
  return found;
}

/** The last 价值 of an asset by a day, in ten-thousandths of a yuan; undefined without any. */
export function valueOfAsset(programme: Programme, asset: string, day: string): bigint | undefined {
  const value = stepsOfAsset(programme, asset, "appraise", day).at(-1)?.["value"];
  return typeof value === "string" ? toUnits(value, 4) : undefined;
}

/** Who has 经营权 of an asset: by its last step that gave it away, else as it was recorded. */
export function operatorOfAsset(programme: Programme, asset: string): string | undefined {
  let operator = saidOf(programme, `assets/${asset}`)?.["operation"];
  for (const said of sayingOf(programme, `assets/${asset}`, "asset-steps")) {
    if (said["operator"] !== undefined) operator = said["operator"];
    if (said["kind"] === "changeRight" && said["right"] === "operation") operator = said["holder"];
  }
  return typeof operator === "string" ? operator : undefined;
}

/** Whether a dispute about a register that somebody has is not closed. */
export function hasOpenDispute(
  programme: Programme,
  register: string,
  holder: { readonly household?: string | undefined; readonly shareholder?: string | undefined },
): boolean {
  const { household, shareholder } = holder;
  const name =
    household === undefined ? `organisations/${shareholder ?? ""}` : `households/${household}`;
  return sayingOf(programme, name, "cases").some((said) => {
    if (said["kind"] !== "dispute" || said["register"] !== register) return false;
    const steps = sayingOf(programme, `cases/${String(said["case"])}`, "case-steps");
    return steps.at(-1)?.["kind"] !== "close";
  });
}
