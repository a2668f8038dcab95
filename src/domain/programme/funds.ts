import { fundSources, fundTiers } from "../../../events/programme-words.ts";
import { filledText, id, money, words, year } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import { rowKind } from "../kind.ts";
import { ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";

const columns = {
  fund: id("资金编号", "the fund's own id"),
  source: words<keyof typeof fundSources>("资金来源", "where it comes from", fundSources),
  tier: words<keyof typeof fundTiers>("级次", "who gives it", fundTiers),
  year: year("年度", "the year it is for"),
  number: filledText("文号", "the number of the document that gives it", 200),
  amount: money("金额", "what is given"),
  ...rowColumns,
};

/** Rows of funds.csv: money given for the programme, from one source. */
export const funds = rowKind({
  ...ofProgramme("funds"),
  summary: "Record money given for the programme",
  columns,
  personal: rowPersonal,
  id: "fund",
  key: keys.fund,
  rules: [],
  records: (judged) => ({
    stream: streams.programme(),
    type: "FundRecorded",
    data: statedBy(judged),
  }),
  examples: [
    {
      fund: "ZJ-00001",
      source: "transition",
      tier: "county",
      year: "2026",
      number: "示例财农〔2026〕1号",
      amount: "1000000.00",
      date: "2026-01-05",
    },
  ],
});
