// Words of assets as data: columns, rules, sentences and answers read them here. By the name that
// events use, as in files.

/** 资产类别. */
export const assetClasses = { business: "经营性", public: "公益性", household: "到户类" } as const;

/** The rights in an asset, in the order of their columns. */
export const assetRights = {
  ownership: "所有权",
  operation: "经营权",
  income: "收益权",
  distribution: "分配权",
  disposal: "处置权",
  supervision: "监督权",
} as const;

/** The name of a right in an asset. */
export type AssetRight = keyof typeof assetRights;

/** Who may hold a right beside households and organisations of the register. */
export const publicHolders: ReadonlySet<string> = new Set(["项目农户", "村集体", "乡镇", "县"]);

/** 步骤 of an asset. */
export const assetSteps = {
  appraise: "评估",
  resolve: "决议",
  commission: "投产",
  lease: "出租",
  handOver: "移交",
  changeRight: "权利变更",
  idle: "闲置",
  damage: "损毁",
  repair: "修复",
  requestDisposal: "处置申请",
  approveDisposal: "处置批准",
  dispose: "处置",
} as const;

/** The name of a step of an asset. */
export type AssetStep = keyof typeof assetSteps;

/** What an asset is, by the last of the steps that say so. */
export const assetStates = {
  building: "建设",
  operating: "运营",
  leased: "出租",
  handedOver: "移交",
  idle: "闲置",
  damaged: "损毁",
  disposed: "处置",
} as const;

/** The name of a state of an asset. */
export type AssetStateName = keyof typeof assetStates;
