import { z } from "zod";
import { event, freeText, identifier, money, nobody, nothing } from "./define.ts";
import { remark } from "./programme-row.ts";

const category = "organisation";
const details = z
  .object({
    organisation: identifier,
    name: z.string(),
    /** 类型: 农民专业合作社, 龙头企业 … */
    kind: z.string(),
    /** 统一社会信用代码 */
    creditCode: z.string(),
    /** 行政区划 */
    division: z.string(),
    free: freeText.optional(),
  })
  .strict();

const tail = {
  period: z.string().optional(),
  voucher: z.string().optional(),
  free: freeText.optional(),
};
/** Who bears how much of which project's or asset's loss. */
const loss = {
  reference: identifier,
  organisation: identifier,
  amount: money,
  project: identifier.optional(),
  asset: identifier.optional(),
};

/** Stream category `organisation`: one stream an organisation, `organisation-<主体编号>`. */
export const organisationEvents = {
  OrganisationRegistered: event({
    category,
    key: "organisation",
    summary: "An enterprise, cooperative, village collective or bank is entered in the register.",
    data: details,
    tells: nobody,
    posts: nothing,
  }),
  OrganisationDetailsCorrected: event({
    category,
    key: "organisation",
    summary: "A later row states other details of a known organisation.",
    data: details,
    tells: nobody,
    posts: nothing,
  }),
  LossRecorded: event({
    category,
    key: "movement",
    summary: "An entity bears the loss of a project or an asset; it moves no money (项目亏损).",
    data: z.object({ ...loss, remarks: z.array(remark).optional(), ...tail }).strict(),
    tells: nobody,
    posts: nothing,
    reference: "reference",
  }),
  LossReversed: event({
    category,
    key: "movement",
    summary: "An earlier loss is taken back whole (冲销).",
    data: z.object({ ...loss, reverses: identifier, ...tail }).strict(),
    tells: nobody,
    posts: nothing,
    reference: "reference",
  }),
};
