import type { Facts } from "../facts.ts";
import { keys } from "../facts.ts";
import type { Policy } from "../policy.ts";
import type { Programme } from "./programme.ts";
import { liveNaming, programmeOf, standingNaming } from "./programme.ts";
import type { PlainRule } from "./rows.ts";

/** A class of organisations, as rules tell them apart. */
export type OrganisationClass =
  | "bank"
  | "insurer"
  | "government"
  | "collective"
  | "cooperative"
  | "farm"
  | "enterprise"
  | "other";

/** Words of 类型 that make a class, in the order in which they are looked for. */
const classWords: readonly (readonly [OrganisationClass, readonly string[] | "C24.public"])[] = [
  ["bank", ["银行", "信用社", "信用合作", "农商行"]],
  ["insurer", ["保险"]],
  ["government", "C24.public"],
  ["collective", ["集体", "经济合作社", "村民委员会", "村委会"]],
  ["cooperative", ["合作社", "合作联社"]],
  ["farm", ["家庭农场", "大户", "带头人"]],
  ["enterprise", ["企业", "公司", "龙头", "厂"]],
];

/** What a rule knows when it asks about an entity. */
interface Asked {
  readonly facts: Facts;
  readonly policy: Policy;
}

/** The class of an organisation, by what is known of it. */
export function classOf(organisation: string, { facts, policy }: Asked): OrganisationClass {
  const kind = facts.known(keys.organisation(organisation))?.data.kind ?? "";
  return classOfKind(kind, () => policy.value("C24.public"));
}

/** The class of organisations of a 类型: the first whose word stands in it. */
export function classOfKind(kind: string, publicWords: () => readonly string[]): OrganisationClass {
  const found = classWords.find(([, said]) => {
    const words = said === "C24.public" ? publicWords() : said;
    return words.some((word) => kind.includes(word));
  });
  return found?.[0] ?? "other";
}

/** What a rule knows of a row that names an organisation. */
interface NamingOrganisation {
  readonly row: { readonly organisation: string | undefined; readonly date: string };
  readonly facts: Facts;
}

/** `OrganisationListed`: no sanction of the organisation is live on the day. */
export const organisationListed = [
  "OrganisationListed",
  "organisation",
  ({ row: { organisation, date }, facts }) => {
    if (organisation === undefined) return false;
    const name = `organisations/${organisation}`;
    const live = liveNaming(programmeOf(facts), name, "sanctions", date);
    return live.length > 0 && "a sanction of the entity is live";
  },
] as const satisfies PlainRule<"OrganisationListed", "organisation", NamingOrganisation>;

/** The households bound to an entity on a day, by bindings of one form where it is given. */
export function boundTo(
  programme: Programme,
  organisation: string,
  day: string,
  form?: string,
): ReadonlySet<string> {
  const bound = liveNaming(programme, `organisations/${organisation}`, "bindings", day).filter(
    ({ data }) => data.organisation === organisation && data.household !== undefined,
  );
  const ofForm = bound.filter(({ data }) => form === undefined || data.form === form);
  return new Set(ofForm.map(({ data }) => String(data.household)));
}

/** The cooperatives with a binding to an entity that is live on a day. */
function cooperativesOf(programme: Programme, organisation: string, day: string): string[] {
  return liveNaming(programme, `organisations/${organisation}`, "bindings", day).flatMap(
    ({ data }) => {
      const { level, counterparty } = data;
      const isOurs = level === "cooperative" && data.organisation === organisation;
      return isOurs && counterparty !== undefined ? [counterparty] : [];
    },
  );
}

/**
 * The households of an entity on a day: bound to it, or to a cooperative that is bound to it, each
 * once; by bindings of one form where it is given.
 */
export function householdsOf(
  programme: Programme,
  organisation: string,
  day: string,
  form?: string,
): ReadonlySet<string> {
  const entities = [organisation, ...cooperativesOf(programme, organisation, day)];
  return new Set(entities.flatMap((one) => [...boundTo(programme, one, day, form)]));
}

/** The duties of an entity for a year, YYYY. */
export function dutiesOf(programme: Programme, organisation: string, year: string) {
  return standingNaming(programme, `organisations/${organisation}`, "duties").filter(
    ({ data }) => data.year === year,
  );
}
