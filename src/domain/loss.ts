import { divisionOf } from "./distribution/division.ts";
import type { DecidedEvent, Facts } from "./facts.ts";
import { keys, streams } from "./facts.ts";
import type { LossCommand } from "./movement-command.ts";
import { classOf } from "./programme/entities.ts";
import { programmeOf } from "./programme/programme.ts";
import { projectState } from "./programme/project-state.ts";
import { project as projects } from "./programme/things.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { SealedText } from "./row.ts";
import { operatorOfAsset, saidOf } from "./share-grounds.ts";
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
  if (asset !== undefined && saidOf(programmeOf(facts), `assets/${asset}`) === undefined) {
    return refuse("AssetUnknown", "资产编号 is not recorded", "资产编号");
  }
  if (household !== undefined) {
    return refuse("LossNotHouseholds", "a household bears no loss of a project", "户编号");
  }
  const division = () => {
    const own = divisionOf(organisation, facts);
    if (own !== "") return own;
    const name = project === undefined ? `assets/${asset ?? ""}` : `projects/${project}`;
    const named = saidOf(programmeOf(facts), name)?.["division"];
    return typeof named === "string" ? named : "";
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
      ? operatorOfAsset(programme, asset)
      : projectState(programme, project).operator;
  if (runs === organisation) return undefined;
  return refuse("LossNotVillages", "a 村集体 bears no loss of what others run", "主体编号");
}
