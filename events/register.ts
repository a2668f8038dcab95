import { z } from "zod";
import { contractTerms } from "./contract.ts";
import {
  decimal4,
  dividendLine,
  firstVersion,
  freeText,
  identifier,
  listClosing,
  money,
  shares,
} from "./define.ts";

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

/** Stream category `register`: the shares in one entity or asset, `register-<股权登记簿>`. */
export const registerEvents = {
  ShareContractSigned: firstVersion(
    "register",
    "An agreement to take shares (入股). It stands in the register it names: the first opens it.",
    z.object({ ...contractTerms, register: identifier, parValue: decimal4 }).strict(),
  ),
  SharesIssuedForCapital: firstVersion(
    "register",
    "Capital of a household became shares (折股); not income.",
    z.object({ reference: identifier, ...issue, capital: z.string(), ...tail }).strict(),
  ),
  ShareIssueReversed: firstVersion(
    "register",
    "An earlier issue of shares is taken back whole (冲销).",
    z.object({ reference: identifier, reverses: identifier, ...issue, ...tail }).strict(),
  ),
  DividendLinesListed: firstVersion(
    "register",
    "Lines of a list that its closing event, later in this stream, puts into effect.",
    z.object({ list: identifier, lines: z.array(dividendLine) }).strict(),
  ),
  DividendDeclared: firstVersion(
    "register",
    "A pool is shared over the holders of a register by the shares held on a day (分红).",
    z
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
  ),
  DividendReversed: firstVersion(
    "register",
    "An earlier dividend is taken back whole, line by line (冲销).",
    z
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
  ),
};
