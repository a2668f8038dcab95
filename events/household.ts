import { z } from "zod";
import { fingerprint, firstVersion, identifier, vaultItem } from "./define.ts";

const text = z.string();

/** Stream category `household`: one stream a household, `household-<户编号>`. */
export const householdEvents = {
  HouseholdRegistered: firstVersion(
    "household",
    "A household is entered in the register, at the place where its first row puts it.",
    z.object({ household: identifier }).strict(),
  ),
  HouseholdStatusRecorded: firstVersion(
    "household",
    "Place and status of a household as a roster row states them (户类型, 监测对象类型 …).",
    z
      .object({
        household: identifier,
        county: text,
        township: text,
        village: text,
        /** 自然村 */
        group: text.optional(),
        /** 人数 as the roster writes it */
        size: text.optional(),
        /** 户类型 */
        status: text.optional(),
        /** 监测对象类型 */
        monitoring: text.optional(),
        /** 首次识别时间 */
        identifiedOn: text.optional(),
        /** 风险是否消除 */
        riskRemoved: text.optional(),
      })
      .strict(),
  ),
  MemberRecorded: firstVersion(
    "household",
    "A person of a household as a roster row states it; name, ID number and health in the vault.",
    z
      .object({
        household: identifier,
        person: identifier,
        /** Vault item with 姓名, 证件号码, 健康状况, phones and notes. */
        personal: vaultItem,
        /** Of the whole roster row: the same row again is recognised by it. */
        fingerprint,
        /** 与户主关系 */
        relation: text.optional(),
        /** 劳动技能 */
        skill: text.optional(),
        /** The household the person was recorded in before, when it was another. */
        from: identifier.optional(),
      })
      .strict(),
  ),
  PayeeAccountRecorded: firstVersion(
    "household",
    "The account that money for the household goes to; bank, number and holder in the vault.",
    z.object({ household: identifier, account: vaultItem, fingerprint }).strict(),
  ),
};
