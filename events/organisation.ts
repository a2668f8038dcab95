import { z } from "zod";
import { firstVersion, freeText, identifier } from "./define.ts";

const details = {
  organisation: identifier,
  name: z.string(),
  /** 类型: 农民专业合作社, 龙头企业 … */
  kind: z.string(),
  /** 统一社会信用代码 */
  creditCode: z.string(),
  /** 行政区划 */
  division: z.string(),
  free: freeText.optional(),
};

/** Stream category `organisation`: one stream an organisation, `organisation-<主体编号>`. */
export const organisationEvents = {
  OrganisationRegistered: firstVersion(
    "organisation",
    "An enterprise, cooperative, village collective or bank is entered in the register.",
    z.object(details).strict(),
  ),
  OrganisationDetailsCorrected: firstVersion(
    "organisation",
    "A later row states other details of a known organisation.",
    z.object(details).strict(),
  ),
};
