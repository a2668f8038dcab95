import type { AssetRight, AssetStateName, AssetStep } from "../../../events/asset-words.ts";
import { assetRights } from "../../../events/asset-words.ts";
import type { Programme } from "./programme.ts";
import { countingNaming, standingNaming, standingRow } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";

/** An asset and what has become of it, by its steps. */
export interface AssetState {
  state: AssetStateName;
  isCommissioned: boolean;
  /**
   * The day of a 闲置, until it is put to use, repaired or disposed of; a 损毁 does not end it.
   */
  idleSince: string | undefined;
  /** The last 评估. */
  valuedBy: ProgrammeRow<"asset-steps"> | undefined;
  /** Who holds each right. */
  readonly rights: Record<AssetRight, string>;
  /** How far the way to a 处置 has come: 处置申请, after it 决议, after that 处置批准. */
  disposal: "none" | "requested" | "resolved" | "approved";
}

/** What an asset is after a step; of the others it stays what it was. */
const stateAfter: Readonly<Partial<Record<AssetStep, AssetStateName>>> = {
  commission: "operating",
  lease: "leased",
  handOver: "handedOver",
  idle: "idle",
  damage: "damaged",
  repair: "operating",
  dispose: "disposed",
};

/** The steps that end an idle time. */
const ending: ReadonlySet<AssetStep> = new Set([
  "commission",
  "lease",
  "handOver",
  "repair",
  "dispose",
]);

/** The state of an asset that is recorded, by its steps that were not taken back. */
export function assetState(programme: Programme, id: string): AssetState {
  const asset = standingRow(programme, "assets", id);
  if (asset === undefined) throw new Error("looked up: an asset that is recorded");
  return stateBy(asset, standingNaming(programme, `assets/${id}`, "asset-steps"));
}

/** The state of an asset on a day, by its steps that count on it. */
export function assetStateOn(
  programme: Programme,
  asset: ProgrammeRow<"assets">,
  day: string,
): AssetState {
  return stateBy(asset, countingNaming(programme, `assets/${asset.id}`, "asset-steps", day));
}

function stateBy(
  asset: ProgrammeRow<"assets">,
  steps: readonly ProgrammeRow<"asset-steps">[],
): AssetState {
  const rights = Object.keys(assetRights).map((right) => [right, asset.data[right as AssetRight]]);
  const state: AssetState = {
    state: "building",
    isCommissioned: false,
    idleSince: undefined,
    valuedBy: undefined,
    rights: Object.fromEntries(rights) as Record<AssetRight, string>,
    disposal: "none",
  };
  for (const step of steps) take(state, step);
  return state;
}

function take(state: AssetState, step: ProgrammeRow<"asset-steps">): void {
  const { data } = step;
  const kind = data.kind as AssetStep;
  state.state = stateAfter[kind] ?? state.state;
  if (kind === "commission") state.isCommissioned = true;
  if (kind === "idle") state.idleSince = data.date;
  if (ending.has(kind)) state.idleSince = undefined;
  if (kind === "appraise") state.valuedBy = step;
  if (data.operator !== undefined) state.rights.operation = data.operator;
  if (kind === "changeRight") state.rights[data.right as AssetRight] = data.holder ?? "";
  if (kind === "requestDisposal" && state.disposal === "none") state.disposal = "requested";
  if (kind === "resolve" && state.disposal === "requested") state.disposal = "resolved";
  if (kind === "approveDisposal" && state.disposal === "resolved") state.disposal = "approved";
}

/**
 * Why a step of an asset may not come now (`StepOutOfOrder`), or false: nothing comes after 处置,
 * 投产 once, and 闲置 not while it is idle.
 */
export function assetOutOfOrder(state: AssetState, kind: AssetStep): string | false {
  if (state.state === "disposed") return "the asset is disposed of";
  if (kind === "commission") return state.isCommissioned && "it was taken already";
  return kind === "idle" && state.idleSince !== undefined && "the asset is idle already";
}
