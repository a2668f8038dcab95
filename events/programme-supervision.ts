import { z } from "zod";
import { fingerprint, identifier, money, turned, yuan } from "./define.ts";
import { householdOrOrganisation, rowEvent, tellsNamed } from "./programme-row.ts";
import { caseKinds, caseSteps, liquidationActions, liquidationRanks } from "./supervision-words.ts";

/** Cases of supervision and what is done about them, and claims against who is wound up. */
export const supervisionEvents = {
  CaseRecorded: rowEvent({
    key: "case",
    summary: "A complaint, a dispute or what an inspection has met is recorded (案件).",
    reference: "case",
    data: {
      case: identifier,
      /** A name of `caseKinds`. */
      kind: identifier,
      /** A name of `caseSources`. */
      source: identifier,
      ...householdOrOrganisation,
      project: identifier.optional(),
      plan: identifier.optional(),
      contract: identifier.optional(),
      register: identifier.optional(),
      division: z.string().optional(),
      /** A name of `caseGrades`. */
      grade: identifier.optional(),
    },
    tells: ({ case: id, kind, household }) => {
      const words: Readonly<Record<string, string>> = caseKinds;
      return tellsNamed({ household }, `监督案件 ${id}（${words[kind] ?? kind}）`);
    },
  }),
  CaseStepTaken: rowEvent({
    key: "casestep",
    summary: "A step of a case is taken, from 受理 to 办结 (案件步骤).",
    reference: "step",
    data: {
      step: identifier,
      case: identifier,
      /** A name of `caseSteps`. */
      kind: identifier,
      by: identifier,
      /** 条款 that a finding is against. */
      clause: z.string().optional(),
      amount: money.optional(),
      /** 问题编号: the step by which it was found. */
      finding: identifier.optional(),
      /** A name of `recheckOutcomes`. */
      outcome: identifier.optional(),
      /** A name of `transferDestinations`. */
      destination: identifier.optional(),
      /** 对象: from whom money is to come back, which of the two it is. */
      party: identifier.optional(),
      ...householdOrOrganisation,
      voucher: z.string().optional(),
    },
    tells: ({ case: id, kind, household, amount }) => {
      const words: Readonly<Record<string, string>> = caseSteps;
      const sentence = `案件 ${id} ${words[kind] ?? kind} ${amount ?? ""} 元`;
      return tellsNamed({ household }, sentence);
    },
  }),
  LiquidationEntered: rowEvent({
    key: "liquidation",
    summary:
      "A claim against an entity that is wound up is filed, or paid; who has it may be a person " +
      "and lies in the vault with the row's notes (清算).",
    reference: "entry",
    data: {
      entry: identifier,
      /** Who is wound up. */
      organisation: identifier,
      /** A name of `liquidationActions`. */
      action: identifier,
      /** A name of `liquidationRanks`. */
      rank: identifier,
      /** Of 债权人 without its blanks: the same creditor has the same one. */
      creditorFingerprint: fingerprint,
      /** The creditor, where it is a household or an organisation of the register. */
      household: identifier.optional(),
      counterparty: identifier.optional(),
      amount: money,
      voucher: z.string().optional(),
    },
    tells: ({ entry, organisation, action, rank, household, amount }) => {
      const actions: Readonly<Record<string, string>> = liquidationActions;
      const ranks: Readonly<Record<string, string>> = liquidationRanks;
      const said = `清算${actions[action] ?? action}（${ranks[rank] ?? rank}）${amount} 元`;
      return tellsNamed({ household }, `${said}，主体 ${organisation}（${entry}）`);
    },
    posts: ({ action, household, organisation, amount }, post) => {
      if (action !== "pay" || household === undefined) return;
      post("household", household, organisation, "capital", yuan, amount);
      post("organisation", null, organisation, "capital", yuan, turned(amount));
    },
  }),
};
