import { z } from "zod";
import { day, identifier, money } from "./define.ts";
import { rowEvent, tellsNamed } from "./programme-row.ts";
import { projectSteps, stepOpinions } from "./programme-words.ts";

/** 经办人 */
const by = identifier;
const words = z.string().optional();

/** Models of benefit linkage, projects, and what is decided and done about them. */
export const projectEvents = {
  ModelStepTaken: rowEvent({
    key: "modelstep",
    summary: "A model of benefit linkage is proposed, recommended or recognised (利益联结模式).",
    reference: "step",
    data: {
      step: identifier,
      model: identifier,
      /** A name of `modelSteps`. */
      kind: identifier,
      /** 名称, of a proposal. */
      name: words,
      by,
    },
  }),
  ProjectRecorded: rowEvent({
    key: "project",
    summary: "A project of the programme is recorded (项目).",
    reference: "project",
    data: {
      project: identifier,
      name: z.string(),
      year: z.string(),
      division: z.string(),
      industry: z.string(),
      model: identifier,
      organisation: identifier.optional(),
      /** 运行方法 */
      method: words,
      /** A name of `projectNatures`. */
      nature: identifier,
      /** Names of `projectRisks`. */
      difficulty: identifier.optional(),
      risk: identifier.optional(),
      planned: money.optional(),
      targetHouseholds: z.int().optional(),
      targetIncome: money.optional(),
      /** 牵头部门 and 责任部门 */
      leadDepartment: words,
      dutyDepartment: words,
      /** 产权 股权 债权 经营责任主体 */
      ownership: words,
      equity: words,
      debt: words,
      operatedBy: words,
    },
  }),
  ProjectStepTaken: rowEvent({
    key: "projectstep",
    summary: "A step of a project is taken, from 入库 to 归档 (项目步骤).",
    reference: "step",
    data: {
      step: identifier,
      project: identifier,
      /** A name of `projectSteps`. */
      kind: identifier,
      by,
      organisation: identifier.optional(),
      /** 未选主体: who applied and was not selected. */
      unchosen: z.array(identifier).optional(),
      binding: identifier.optional(),
      contract: identifier.optional(),
      /** 程序 */
      procedure: words,
      /** 单位 */
      unit: words,
      /** A name of `contractingWays`. */
      contracting: identifier.optional(),
      household: identifier.optional(),
      /** A name of `stepOpinions`. */
      opinion: identifier.optional(),
      households: z.int().optional(),
      /** 增收, yuan. */
      income: money.optional(),
      /** A name of `archiveClasses`. */
      class: identifier.optional(),
      /** A name of `noticeLevels`. */
      level: identifier.optional(),
      place: words,
      channels: words,
      until: day.optional(),
      /** 计划金额 that a change asks for. */
      planned: money.optional(),
    },
    tells: ({ project, kind, household, opinion = "" }) => {
      const steps: Readonly<Record<string, string>> = projectSteps;
      const opinions: Readonly<Record<string, string>> = stepOpinions;
      const said = opinions[opinion] ?? opinion;
      return tellsNamed({ household }, `项目 ${project} ${steps[kind] ?? kind}：${said}`);
    },
  }),
};
