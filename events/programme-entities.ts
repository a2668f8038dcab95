import { z } from "zod";
import { day, decimal4, fingerprint, identifier, money } from "./define.ts";
import { householdOrOrganisation, rowEvent, tellsNamed } from "./programme-row.ts";
import { activityKinds, bindingForms, presence } from "./programme-words.ts";

const from = day.optional();
const to = day.optional();
const count = z.int().min(0);

/** Who is bound to whom, who serves, and what entities promise, report and may not have. */
export const entityEvents = {
  PartiesBound: rowEvent({
    key: "binding",
    summary: "A household or a cooperative is bound to an entity (绑定).",
    reference: "binding",
    data: {
      binding: identifier,
      /** A name of `bindingLevels`. */
      level: identifier,
      organisation: identifier,
      /** A name of `bindingForms`. */
      form: identifier,
      /** A name of `bindingGrades`. */
      grade: identifier,
      household: identifier.optional(),
      counterparty: identifier.optional(),
      from,
      to,
      industry: z.string().optional(),
      /** A name of `helpModes`. */
      mode: identifier.optional(),
      /** 同意书, by SHA-256. */
      consent: z.string().optional(),
      member: identifier.optional(),
      /** 出资; any text. */
      contribution: z.string().optional(),
    },
    tells: ({ binding, organisation, form, household }) => {
      const words: Readonly<Record<string, string>> = bindingForms;
      const sentence = `绑定主体 ${organisation}（${words[form] ?? form}，${binding}）`;
      return tellsNamed({ household }, sentence);
    },
  }),
  AttendanceRecorded: rowEvent({
    key: "attendance",
    summary: "A person has worked at a post (出勤).",
    reference: "attendance",
    data: {
      attendance: identifier,
      contract: identifier,
      household: identifier,
      person: identifier,
      /** Units of work, as the contract counts them. */
      quantity: decimal4,
    },
    tells: ({ contract, household, person, quantity }) => [
      [household, `公益岗位出勤 ${quantity}（人 ${person}，合同 ${contract}）`],
    ],
  }),
  ConditionsStated: rowEvent({
    key: "condition",
    summary: "What a household has and wants for an industry, and its status (产业条件).",
    reference: "condition",
    data: {
      condition: identifier,
      household: identifier,
      /** Names of `presence`. */
      conditions: identifier,
      willingness: identifier,
      industries: z.array(z.string()).optional(),
      /** 户类型 and 监测对象类型 */
      status: z.string().optional(),
      monitoring: z.string().optional(),
      /** 低保 */
      allowance: identifier.optional(),
    },
    tells: ({ household, conditions, willingness }) => {
      const words: Readonly<Record<string, string>> = presence;
      const said = `产业条件${words[conditions] ?? ""}，发展意愿${words[willingness] ?? ""}`;
      return [[household, said]];
    },
  }),
  ActivityHeld: rowEvent({
    key: "activity",
    summary: "Somebody is trained, employed, visited, guided or checked (活动).",
    reference: "activity",
    data: {
      activity: identifier,
      /** A name of `activityKinds`. */
      kind: identifier,
      by: identifier,
      ...householdOrOrganisation,
      person: identifier.optional(),
      division: z.string().optional(),
      plan: identifier.optional(),
      officer: identifier.optional(),
      persons: count.optional(),
      /** 结果 */
      result: z.string().optional(),
      /** 种子 of a random check. */
      seed: z.string().optional(),
    },
    tells: ({ activity, kind, household }) => {
      const words: Readonly<Record<string, string>> = activityKinds;
      return tellsNamed({ household }, `${words[kind] ?? kind}（${activity}）`);
    },
  }),
  OfficerAppointed: rowEvent({
    key: "officer",
    summary: "Somebody holds a post; name and ID number lie in the vault with its notes (任职).",
    reference: "officer",
    data: {
      officer: identifier,
      /** A name of `officerLevels`. */
      level: identifier,
      division: z.string(),
      /** A name of `officerPosts`. */
      post: identifier,
      from,
      to,
      organisation: identifier.optional(),
      /** Of 姓名 without its blanks: the same name has the same one. */
      nameFingerprint: fingerprint,
    },
  }),
  DutyAssumed: rowEvent({
    key: "duty",
    summary: "What an entity has promised to do for households in a year (带动责任).",
    reference: "duty",
    data: {
      duty: identifier,
      organisation: identifier,
      year: z.string(),
      /** A name of `dutyKinds`. */
      kind: identifier,
      /** 目标值: households, or yuan with two decimals. */
      target: z.string().regex(/^(0|[1-9]\d{0,14})(\.\d{2})?$/),
      project: identifier.optional(),
      contract: identifier.optional(),
    },
  }),
  EntityYearReported: rowEvent({
    key: "entityyear",
    summary: "What an entity reports of a year: turnover, profit, who works there (年报).",
    reference: "report",
    data: {
      report: identifier,
      organisation: identifier,
      year: z.string(),
      turnover: money,
      profit: money,
      loss: money,
      employed: count,
      employedPoor: count,
      hired: count,
      hiredPoor: count,
    },
  }),
  OrganisationSanctioned: rowEvent({
    key: "sanction",
    summary: "An entity may have no support, for a reason and a time (惩戒).",
    reference: "sanction",
    data: {
      sanction: identifier,
      organisation: identifier,
      /** 事由 */
      reason: z.string(),
      from,
      to,
      case: identifier.optional(),
    },
  }),
  RoundStepTaken: rowEvent({
    key: "roundstep",
    summary: "A step of a round of collecting what villages and entities have (动态采集).",
    reference: "step",
    data: {
      step: identifier,
      year: z.string(),
      division: z.string().optional(),
      organisation: identifier.optional(),
      /** A name of `roundSteps`. */
      kind: identifier,
      by: identifier,
      /** 变化户数 */
      changed: count.optional(),
    },
  }),
};
