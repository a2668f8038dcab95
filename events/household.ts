import { z } from "zod";
import {
  event,
  fingerprint,
  freeText,
  identifier,
  money,
  nothing,
  turned,
  vaultItem,
} from "./define.ts";
import { movementEvent, movementKindNamed, postMovement, recordedKind } from "./movements.ts";

const text = z.string();
const category = "household";

/** Stream category `household`: one stream a household, `household-<户编号>`. */
export const householdEvents = {
  HouseholdRegistered: event({
    category,
    key: "household",
    summary: "A household is entered in the register, at the place where its first row puts it.",
    data: z.object({ household: identifier }).strict(),
    tells: ({ household }) => [[household, "登记入户"]],
    posts: nothing,
  }),
  HouseholdStatusRecorded: event({
    category,
    key: "status",
    summary:
      "Place and status of a household as a roster row states them (户类型, 监测对象类型 …).",
    data: z
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
    tells: ({ household, township, village, status, monitoring }) => {
      const said = [township + village, status, monitoring].filter(Boolean).join("，");
      return [[household, `户情：${said}`]];
    },
    posts: nothing,
  }),
  MemberRecorded: event({
    category,
    key: "person",
    summary:
      "A person of a household as a roster row states it; name, ID number and health in the vault.",
    data: z
      .object({
        household: identifier,
        person: identifier,
        /** Vault item with 姓名, 证件号码, 健康状况, phones and notes. */
        personal: vaultItem,
        /** Of the whole roster row: an equal row is already recorded. */
        fingerprint,
        /** 与户主关系 */
        relation: text.optional(),
        /** 劳动技能 */
        skill: text.optional(),
        /** The household the person was recorded in before, when it was another. */
        from: identifier.optional(),
      })
      .strict(),
    tells: ({ household, person, relation, from }) => {
      const who = `成员 ${person}${relation === undefined ? "" : `（${relation}）`}`;
      if (from === undefined) return [[household, `${who}登记`]];
      return [
        [household, `${who}由户 ${from} 迁入`],
        [from, `${who}迁往户 ${household}`],
      ];
    },
    posts: nothing,
  }),
  MemberAccountRecorded: event({
    category,
    key: "account",
    summary:
      "What a roster row says of a person's account: bank, number and holder, as far as it fills " +
      "them, in the vault.",
    data: z
      .object({ household: identifier, person: identifier, account: vaultItem, fingerprint })
      .strict(),
    tells: ({ household, person }) => [[household, `成员 ${person} 账户登记`]],
    posts: nothing,
  }),
  /** No longer recorded: the account is the one of the member recorded before it in its stream. */
  PayeeAccountRecorded: event({
    category,
    key: "payee",
    summary:
      "An account as the first versions recorded it, of the household alone; the member recorded " +
      "directly before it in the stream is whose row named it.",
    data: z.object({ household: identifier, account: vaultItem, fingerprint }).strict(),
    tells: ({ household }) => [[household, "收款账户登记"]],
    posts: nothing,
  }),
  RebatePaid: movementEvent(
    "rebate",
    "A part of a surplus went back to a household by what it had sold (返利).",
  ),
  PolicyBenefitPaid: movementEvent(
    "policy",
    "A lasting public benefit reached a household, whole or its share of it (政策补助).",
  ),
  SubsidyPaid: movementEvent("subsidy", "A subsidy reached a household (补贴)."),
  AwardPaid: movementEvent("award", "An award reached a household (奖补)."),
  ReliefPaid: movementEvent("relief", "Relief reached a household (救助)."),
  TrainingAidPaid: movementEvent("training", "Aid for training; not income (培训补助)."),
  MedicalAidPaid: movementEvent("medical", "Aid for treatment; not income (医疗救助)."),
  HousingAidPaid: movementEvent("housing", "Aid for housing; not income (住房补助)."),
  AdvanceGiven: movementEvent(
    "advance",
    "An organisation advanced inputs in kind to a household; not income (垫付).",
  ),
  AdvanceDeducted: movementEvent(
    "deduction",
    "An organisation kept back what it had advanced to a household (扣回).",
  ),
  CostIncurred: movementEvent("cost", "A household spent money on its production (成本)."),
  HouseholdMovementReversed: event({
    category,
    key: "movement",
    summary: "An earlier movement recorded with its household is taken back whole (冲销).",
    data: z
      .object({
        reference: identifier,
        reverses: identifier,
        /** A name of `movementKinds`, a table that grows without a new version. */
        movement: identifier,
        household: identifier,
        organisation: identifier.optional(),
        contract: identifier.optional(),
        amount: money,
        period: z.string().optional(),
        voucher: z.string().optional(),
        free: freeText.optional(),
      })
      .strict(),
    tells: ({ household, movement, amount, reverses }) => {
      const name = movementKindNamed(movement)?.name ?? movement;
      return [[household, `冲销 ${reverses}：${name} −${amount} 元`]];
    },
    posts: (data, post) => {
      postMovement(recordedKind(data.movement), data, post, turned);
    },
    reference: "reference",
  }),
};
