import { z } from "zod";
import type { AssetRight } from "./asset-words.ts";
import { assetRights, assetSteps } from "./asset-words.ts";
import { identifier, money } from "./define.ts";
import { rowEvent, tellsNamed } from "./programme-row.ts";

const count = z.int().min(0).optional();
const rightNames = Object.keys(assetRights) as readonly AssetRight[];

/** What the programme has built or bought, who has which right in it, and what becomes of it. */
export const assetEvents = {
  AssetRecorded: rowEvent({
    key: "asset",
    summary: "An asset of the programme is recorded, with the rights in it (资产).",
    reference: "asset",
    data: {
      asset: identifier,
      name: z.string(),
      /** A name of `assetClasses`. */
      class: identifier,
      /** 原值, yuan. */
      value: money,
      division: z.string(),
      /** Who holds each right: a household, an organisation, or one of `publicHolders`. */
      ownership: identifier,
      operation: identifier,
      income: identifier,
      distribution: identifier,
      disposal: identifier,
      supervision: identifier,
      project: identifier.optional(),
      /** The households among them. */
      households: z.array(identifier),
    },
    tells: ({ asset, households, ...held }) =>
      households.map((household) => {
        const own = rightNames.filter((right) => held[right] === household);
        const words = own.map((right) => assetRights[right]).join("、");
        return [household, `资产 ${asset} 登记：${words}`] as const;
      }),
  }),
  AssetStepTaken: rowEvent({
    key: "assetstep",
    summary: "A step of an asset is taken, from 投产 to 处置 (资产步骤).",
    reference: "step",
    data: {
      step: identifier,
      asset: identifier,
      /** A name of `assetSteps`. */
      kind: identifier,
      by: identifier,
      /** 评估机构: the number of an organisation, or a name. */
      appraiser: z.string().optional(),
      /** 价值, yuan. */
      value: money.optional(),
      expected: count,
      present: count,
      agreed: count,
      contract: identifier.optional(),
      organisation: identifier.optional(),
      /** Who has 经营权 from the day on, of 出租 and 移交. */
      operator: identifier.optional(),
      /** Of 权利变更: a name of `assetRights`, and who holds it from the day on. */
      right: identifier.optional(),
      holder: identifier.optional(),
      /** The holder, where it is a household. */
      household: identifier.optional(),
      amount: money.optional(),
      /** 单位 that approves. */
      unit: z.string().optional(),
    },
    tells: ({ asset, kind, right = "", household }) => {
      const steps: Readonly<Record<string, string>> = assetSteps;
      const rights: Readonly<Record<string, string>> = assetRights;
      const sentence = `资产 ${asset} ${steps[kind] ?? kind}：${rights[right] ?? right}`;
      return tellsNamed({ household }, sentence);
    },
  }),
};
