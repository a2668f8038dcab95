import type { AssetRight } from "../../../events/asset-words.ts";
import { assetClasses, assetRights, publicHolders } from "../../../events/asset-words.ts";
import { divisionCode, filledText, id, may, money, ref, text, words } from "../columns.ts";
import type { Facts } from "../facts.ts";
import { keys, streams } from "../facts.ts";
import type { Judged, Rule } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { isNoParty, partyOf } from "./parties.ts";
import { notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { project } from "./things.ts";

const holderForm = `户编号, 主体编号, or ${[...publicHolders].join(" ")}`;

const columns = {
  asset: id("资产编号", "the asset's own id"),
  name: filledText("名称", "what it is called", 200),
  class: words<keyof typeof assetClasses>("资产类别", "what it is for", assetClasses),
  value: money("原值", "what it has cost"),
  division: divisionCode("行政区划", "where: code of the administrative division"),
  ownership: id(assetRights.ownership, `who owns it: ${holderForm}`),
  operation: id(assetRights.operation, `who runs it: ${holderForm}`),
  income: id(assetRights.income, `who has what it yields: ${holderForm}`),
  distribution: id(assetRights.distribution, `who divides what it yields: ${holderForm}`),
  disposal: id(assetRights.disposal, `who may dispose of it: ${holderForm}`),
  supervision: id(assetRights.supervision, `who watches over it: ${holderForm}`),
  project: may(ref("项目编号", "the project that it comes from", project)),
  ...rowColumns,
};

const termsColumn = "动态管理";

const personal = {
  terms: text(termsColumn, "how who benefits is adjusted; kept in the vault, compared"),
  ...rowPersonal,
};

type JudgedAsset = Judged<typeof columns>;

const rights = Object.keys(assetRights) as readonly AssetRight[];

/** What is wrong with who is to hold a right (`PartyUnknown`). */
export function isNoHolder(column: string, holder: string | undefined, facts: Facts) {
  return !publicHolders.has(holder ?? "") && isNoParty(column, holder, facts);
}

/** The household that holds a right; undefined where it is somebody else. */
export function householdHolding(holder: string, facts: Facts): string | undefined {
  return publicHolders.has(holder) ? undefined : partyOf(holder, facts)?.household;
}

function holderKnown(right: AssetRight): Rule<typeof columns> {
  const broken = ({ row, facts }: JudgedAsset) => isNoHolder(assetRights[right], row[right], facts);
  return ["PartyUnknown", right, broken];
}

/** Rows of assets.csv: what the programme has built or bought, and who has which right in it. */
export const assets = rowKind({
  ...ofProgramme("assets"),
  summary: "Record an asset and the rights in it",
  columns,
  personal,
  id: "asset",
  key: keys.asset,
  rules: [
    ...rights.map(holderKnown),
    "project",
    notBefore("project"),
    [
      "SupervisorHolds",
      "supervision",
      ({ row }) => row.supervision === row.operation && "监督权 and 经营权 are in one hand",
    ],
    [
      "TermsMissing",
      "class",
      ({ row, has }) =>
        row.class === "business" && !has(termsColumn) && `a 经营性 says nothing of ${termsColumn}`,
    ],
  ],
  records: (judged) => {
    const { row, facts } = judged;
    const holding = rights.flatMap((right) => householdHolding(row[right], facts) ?? []);
    return {
      stream: streams.programme(),
      type: "AssetRecorded",
      data: { ...statedBy(judged), households: [...new Set(holding)] },
    };
  },
  examples: [
    {
      asset: "ZC-00001",
      name: "蔬菜大棚",
      class: "business",
      value: "500000.00",
      division: "539999001001",
      ownership: "村集体",
      operation: "ORG-001",
      income: "项目农户",
      distribution: "村集体",
      disposal: "县",
      supervision: "乡镇",
      terms: "每年调整",
      date: "2026-04-01",
    },
  ],
});
