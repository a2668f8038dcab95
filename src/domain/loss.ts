import { divisionOf } from "./distribution/division.ts";
import type { DecidedEvent, Facts } from "./facts.ts";
import { keys, streams } from "./facts.ts";
import type { LossCommand } from "./movement-command.ts";
import { classOf } from "./programme/entities.ts";
import { assetState } from "./programme/asset-state.ts";
import { programmeOf, standingRow } from "./programme/programme.ts";
import { projectState } from "./programme/project-state.ts";
import { asset as assets, project as projects } from "./programme/things.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { SealedText } from "./row.ts";
import type { Turning } from "./turning.ts";
import { turningFor } from "./turning.ts";

/** Judges 项目亏损: who bears the loss of a project or an asset. It moves no money. */
export function decideLoss(
  command: LossCommand,
  key: string,
  sealed: SealedText | undefined,
  facts: Facts,
): DecidedEvent[] | Refusal {
  const { organisation, amount, project, asset, household, date } = command;
  if (facts.known(keys.organisation(organisation)) === undefined) {
    return refuse("OrganisationUnknown", "主体编号 is not in the register", "主体编号");
  }
  if (project !== undefined && projects.known(facts, project) === undefined) {
    return refuse("ProjectUnknown", "项目编号 is not recorded", "项目编号");
  }
  if (asset !== undefined && assets.known(facts, asset) === undefined) {
    return refuse("AssetUnknown", "资产编号 is not recorded", "资产编号");
  }
  if (household !== undefined) {
    return refuse("LossNotHouseholds", "a household bears no loss of a project", "户编号");
  }
  const division = () => {
    const own = divisionOf(organisation, facts);
    if (own !== "") return own;
    const programme = programmeOf(facts);
    const named =
      project === undefined
        ? standingRow(programme, "assets", asset ?? "")
        : standingRow(programme, "projects", project);
    return named?.data.division ?? "";
  };
  const turning = turningFor(date, division, facts);
  const refusal = turning.turned(lossNotVillages(command, facts, turning));
  if (refusal !== undefined) return refusal;
  const { reference, period, voucher } = command;
  const { remarks, answered: pack } = turning;
  const said = { organisation, amount, project, asset, remarks };
  const data = { ...said, reference, period, voucher, free: sealed };
  const at = { stream: streams.organisation(organisation), key, nth: 0, effectiveDate: date };
  return [{ type: "LossRecorded", data, ...at, ...(pack === undefined ? {} : { pack }) }];
}

/** A 村集体 bears only the loss of what it runs itself. */
function lossNotVillages(
  { organisation, project, asset = "" }: LossCommand,
  facts: Facts,
  { policy }: Turning,
): Refusal | undefined {
  if (classOf(organisation, { facts, policy }) !== "collective") return undefined;
  const programme = programmeOf(facts);
  const runs =
    project === undefined
      ? assetState(programme, asset).rights.operation
      : projectState(programme, project).operator;
  if (runs === organisation) return undefined;
  return refuse("LossNotVillages", "a 村集体 bears no loss of what others run", "主体编号");
}
