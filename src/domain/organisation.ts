import { digits, id, text } from "./columns.ts";
import { keys, streams } from "./facts.ts";
import type { Judged } from "./kind.ts";
import { rowKind } from "./kind.ts";

const columns = {
  organisation: id("主体编号", "the organisation's own id"),
  name: text("名称", "its name"),
  kind: text("类型", "enterprise, cooperative, village collective …, as the bureau calls it"),
  creditCode: digits("统一社会信用代码", "its unified social credit code"),
  division: text("行政区划", "code of the administrative division"),
};

const personal = {
  bank: text("开户行", "bank of its account"),
  account: digits("银行账号", "personal data: kept in the vault, compared"),
  accountHolder: text("开户名", "personal data: kept in the vault, compared"),
};

function details({ row, free }: Judged<typeof columns>) {
  return { stream: streams.organisation(row.organisation), data: { ...row, free } };
}

/** Rows of organisations.csv: known by 主体编号; other content is a change of the day of import. */
export const organisations = rowKind({
  name: "organisations",
  summary: "Record an organisation or a change of its details",
  right: "approve",
  columns,
  personal,
  id: "organisation",
  key: keys.organisation,
  date: "today",
  rules: [],
  records: (judged) => ({ type: "OrganisationRegistered", ...details(judged) }),
  changes: (judged) => ({ type: "OrganisationDetailsCorrected", ...details(judged) }),
  examples: [
    { organisation: "ORG-001", name: "示例合作社", kind: "农民专业合作社", division: "539999" },
  ],
});
