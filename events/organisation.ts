import { z } from "zod";
import { event, freeText, identifier, nobody, nothing } from "./define.ts";

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
};
