import type { Beneficiary } from "./beneficiary.ts";

/** Who takes part in a division, and with how much. Quantities are counts of ten-thousandths. */
export type Holder = Beneficiary & {
  /** Shares under 按股, else 基数. */
  readonly basis: bigint;
  /** 系数 of the basis row; 1 where absent. */
  readonly factor?: bigint;
  /** 优先级 of the basis row, 1 to 9; 5 where absent. */
  readonly priority?: number;
};

/** Who takes part in a division by trade, in ten-thousandths; 0 where there is nothing. */
export type Trader = Beneficiary & {
  /** Sold to the income's entity in the days of the plan. */
  readonly kilograms: bigint;
  /** Held at the end of 基准日. */
  readonly shares: bigint;
};

interface Pool {
  /** 分配金额, money. */
  readonly pool: string;
  /** In any order, each beneficiary once; who holds nothing gets no line. */
  readonly holders: readonly Holder[];
}

/** The terms of a plan and who takes part, by 分配方式; decimals are canonical strings. */
export interface Plans {
  readonly 按股: Pool & { readonly scheme: "按股" };
  readonly 按基数: Pool & { readonly scheme: "按基数" };
  readonly 阶梯: Pool & { readonly scheme: "阶梯" };
  readonly 按人口: Pool & { readonly scheme: "按人口" };
  readonly 按交易量: Omit<Pool, "holders"> & {
    readonly scheme: "按交易量";
    /** 比例, above 0 and at most 1, up to 6 decimals. */
    readonly ratio: string;
    readonly holders: readonly Trader[];
  };
  readonly 定额: Pool & {
    readonly scheme: "定额";
    /** 单价, up to 4 decimals. */
    readonly price: string;
  };
  readonly 固定收益: Pool & {
    readonly scheme: "固定收益";
    /** 年利率, above 0 and at most 1, up to 6 decimals. */
    readonly rate: string;
    /** 计息基础. */
    readonly yearDays: "360" | "365";
    /** 起始日期 and 终止日期, both count. */
    readonly from: string;
    readonly to: string;
  };
  readonly 保底分红: Pool & {
    readonly scheme: "保底分红";
    /** 保底单价, up to 4 decimals. */
    readonly floorPrice: string;
  };
}

/** 分配方式, as a plan says it. */
export type SchemeName = keyof Plans;
/** A plan of one of the schemes. */
export type Plan = Plans[SchemeName];

/** A sentence in both languages. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}
