import { z } from "zod";
import {
  amended,
  contractTerms,
  firstAmended,
  firstContractTerms,
  tellsOfAmending,
  tellsOfSigning,
} from "./contract.ts";
import type { Post, Told } from "./define.ts";
import {
  asItIs,
  decimal4,
  dividendLine,
  event,
  firstDividendLine,
  firstListClosing,
  freeText,
  identifier,
  listClosing,
  money,
  nobody,
  nothing,
  shares,
  turned,
  yuan,
} from "./define.ts";
import { legs, shareContractName } from "./legs.ts";
import { remark } from "./programme-row.ts";
import { postHeld, postIssued, shareEvent, shareMovementReversed } from "./share-movements.ts";

const category = "register";

const tail = {
  period: z.string().optional(),
  voucher: z.string().optional(),
  free: freeText.optional(),
};

const issue = {
  household: identifier,
  organisation: identifier,
  contract: identifier,
  register: identifier,
  amount: money,
  shares,
};

interface Issue {
  readonly household: string;
  readonly organisation: string;
  readonly register: string;
}

/**
 * An issue gives shares to a household and capital to the organisation; a reversal, whose amounts
 * are negative, takes both back.
 */
function postIssue(
  { household, organisation, register }: Issue,
  issued: string,
  amount: string,
  post: Post,
): void {
  postHeld({ household }, { organisation, register }, issued, post);
  postIssued({ organisation, register }, issued, post);
  post("organisation", null, organisation, "capital", yuan, amount);
  post("capital", household, organisation, "capital", yuan, turned(amount));
}

interface Divided {
  readonly organisation: string;
  readonly pool: string;
  readonly lines: readonly z.infer<typeof dividendLine>[];
}

function postLines(
  { organisation, pool, lines }: Divided,
  sign: (amount: string) => string,
  post: Post,
): void {
  for (const { household, shareholder = null, amount } of lines) {
    if (amount === "0.00") continue;
    if (household === undefined) {
      post("entity", null, shareholder, "dividend", yuan, sign(amount));
    } else {
      post("household", household, organisation, "dividend", yuan, sign(amount));
    }
  }
  post("organisation", null, organisation, "dividend", yuan, turned(sign(pool)));
}

/** The sentence of each line of a household. */
function tellsLines(
  lines: Divided["lines"],
  sentence: (line: Divided["lines"][number]) => string,
): Told {
  return lines.flatMap((line) =>
    line.household === undefined ? [] : [[line.household, sentence(line)] as const],
  );
}

const divided = { organisation: identifier, register: identifier, pool: money };
const issued = { reference: identifier, ...issue, capital: z.string() };
const takesBack = { reference: identifier, reverses: identifier };

/** Stream category `register`: the shares in one entity or asset, `register-<股权登记簿>`. */
export const registerEvents = {
  ShareContractSigned: event({
    category,
    key: "contract",
    summary:
      "An agreement to take shares (入股). It stands in the register it names: the first opens it.",
    earlier: [
      {
        data: z
          .object({ ...firstContractTerms, register: identifier, parValue: decimal4 })
          .strict(),
        lift: asItIs,
      },
    ],
    data: z.object({ ...contractTerms, register: identifier, parValue: decimal4 }).strict(),
    tells: (data) => tellsOfSigning(shareContractName, data),
    posts: nothing,
    reference: "contract",
  }),
  ShareContractAmended: event({
    category,
    key: "contract",
    summary:
      "An agreement to take shares changes from a day on, ends, or was always meant otherwise " +
      "(补充协议, 终止, 更正).",
    earlier: [{ data: firstAmended, lift: asItIs }],
    data: amended,
    tells: tellsOfAmending,
    posts: nothing,
    reference: "amendment",
  }),
  SharesIssuedForCapital: event({
    category,
    key: "movement",
    summary: "Capital of a household became shares (折股); not income.",
    earlier: [{ data: z.object({ ...issued, ...tail }).strict(), lift: asItIs }],
    data: z
      .object({
        ...issued,
        /** 贷款编号 of what was borrowed for it. */
        loan: identifier.optional(),
        /** 材料, with a blank between two: by what a thing was valued. */
        documents: z.string().optional(),
        remarks: z.array(remark).optional(),
        ...tail,
      })
      .strict(),
    tells: ({ household, register, shares: count, amount, capital }) => [
      [household, `折股 ${count} 股（${register}），${capital} ${amount} 元`],
    ],
    posts: (data, post) => {
      postIssue(data, data.shares, data.amount, post);
    },
    reference: "reference",
  }),
  ShareIssueReversed: event({
    category,
    key: "movement",
    summary: "An earlier issue of shares is taken back whole (冲销).",
    data: z.object({ ...takesBack, ...issue, ...tail }).strict(),
    tells: ({ household, register, shares: count, reverses }) => [
      [household, `冲销 ${reverses}：折股 −${count} 股（${register}）`],
    ],
    posts: (data, post) => {
      postIssue(data, turned(data.shares), turned(data.amount), post);
    },
    reference: "reference",
  }),
  AssetQuantified: shareEvent(
    "quantification",
    "An asset was quantified into shares of a holder; no income (量化).",
  ),
  CapitalIncreased: shareEvent(
    "increase",
    "A household put dividends into more shares; no income (增资).",
  ),
  SharesWithdrawn: shareEvent(
    "withdrawal",
    "A holder gave shares back and got capital for them; no income (退股).",
  ),
  SharesTransferred: shareEvent("transfer", "A holder gave shares to another (转让)."),
  SharesAdjusted: shareEvent(
    "adjustment",
    "Shares went to another holder by what was decided of the beneficiaries (调整).",
  ),
  SharesInherited: shareEvent("inheritance", "Shares went to who inherits them (继承)."),
  ShareMovementReversed: shareMovementReversed,
  DividendLinesListed: event({
    category,
    key: "list",
    summary: "Lines of a list that its closing event, later in this stream, puts into effect.",
    earlier: [
      {
        data: z.object({ list: identifier, lines: z.array(firstDividendLine) }).strict(),
        lift: asItIs,
      },
    ],
    data: z.object({ list: identifier, lines: z.array(dividendLine) }).strict(),
    tells: nobody,
    posts: nothing,
  }),
  DividendDeclared: event({
    category,
    key: "movement",
    summary: "A pool is shared over the holders of a register by the shares held on a day (分红).",
    earlier: [
      {
        data: z
          .object({
            reference: identifier,
            ...divided,
            rule: z.literal("largest-remainder/household-ascending"),
            ...firstListClosing,
            ...tail,
          })
          .strict(),
        lift: asItIs,
      },
    ],
    data: z
      .object({
        reference: identifier,
        ...divided,
        /**
         * Floor to the fen, one fen each to the largest remainders, ties by number, organisations
         * after all households.
         */
        rule: z.string(),
        ...listClosing,
        ...tail,
      })
      .strict(),
    tells: ({ register, lines }) =>
      tellsLines(lines, ({ shares: held, amount }) => {
        return `${legs.dividend.name} ${amount} 元（${register}，${held} 股）`;
      }),
    posts: (data, post) => {
      postLines(data, (amount) => amount, post);
    },
    reference: "reference",
    parts: "DividendLinesListed",
  }),
  DividendReversed: event({
    category,
    key: "movement",
    summary: "An earlier dividend is taken back whole, line by line (冲销).",
    earlier: [
      {
        data: z.object({ ...takesBack, ...divided, ...firstListClosing, ...tail }).strict(),
        lift: asItIs,
      },
    ],
    data: z.object({ ...takesBack, ...divided, ...listClosing, ...tail }).strict(),
    tells: ({ reverses, lines }) =>
      tellsLines(lines, ({ amount }) => {
        return `冲销 ${reverses}：${legs.dividend.name} −${amount} 元`;
      }),
    posts: (data, post) => {
      postLines(data, turned, post);
    },
    reference: "reference",
    parts: "DividendLinesListed",
  }),
};
