import { z } from "zod";
import {
  amended,
  contractTerms,
  firstAmended,
  firstContractTerms,
  tellsOfAmending,
  tellsOfSigning,
} from "./contract.ts";
import type { Post } from "./define.ts";
import {
  asItIs,
  decimal4,
  dividendLine,
  event,
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
  const asset = `shares:${register}`;
  post("household", household, organisation, "shares", asset, issued);
  post("register", null, organisation, "shares", asset, turned(issued));
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
  for (const { household, amount } of lines) {
    if (amount === "0.00") continue;
    post("household", household, organisation, "dividend", yuan, sign(amount));
  }
  post("organisation", null, organisation, "dividend", yuan, turned(sign(pool)));
}

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
    data: z.object({ reference: identifier, ...issue, capital: z.string(), ...tail }).strict(),
    tells: ({ household, register, shares: issued, amount, capital }) => [
      [household, `折股 ${issued} 股（${register}），${capital} ${amount} 元`],
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
    data: z.object({ reference: identifier, reverses: identifier, ...issue, ...tail }).strict(),
    tells: ({ household, register, shares: issued, reverses }) => [
      [household, `冲销 ${reverses}：折股 −${issued} 股（${register}）`],
    ],
    posts: (data, post) => {
      postIssue(data, turned(data.shares), turned(data.amount), post);
    },
    reference: "reference",
  }),
  DividendLinesListed: event({
    category,
    key: "list",
    summary: "Lines of a list that its closing event, later in this stream, puts into effect.",
    data: z.object({ list: identifier, lines: z.array(dividendLine) }).strict(),
    tells: nobody,
    posts: nothing,
  }),
  DividendDeclared: event({
    category,
    key: "movement",
    summary: "A pool is shared over the holders of a register by the shares held on a day (分红).",
    data: z
      .object({
        reference: identifier,
        organisation: identifier,
        register: identifier,
        pool: money,
        /** Floor to the fen, one fen each to the largest remainders, ties by household number. */
        rule: z.literal("largest-remainder/household-ascending"),
        ...listClosing,
        ...tail,
      })
      .strict(),
    tells: ({ register, lines }) =>
      lines.map(({ household, shares: held, amount }) => [
        household,
        `${legs.dividend.name} ${amount} 元（${register}，${held} 股）`,
      ]),
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
    data: z
      .object({
        reference: identifier,
        reverses: identifier,
        organisation: identifier,
        register: identifier,
        pool: money,
        ...listClosing,
        ...tail,
      })
      .strict(),
    tells: ({ reverses, lines }) =>
      lines.map(({ household, amount }) => [
        household,
        `冲销 ${reverses}：${legs.dividend.name} −${amount} 元`,
      ]),
    posts: (data, post) => {
      postLines(data, turned, post);
    },
    reference: "reference",
    parts: "DividendLinesListed",
  }),
};
