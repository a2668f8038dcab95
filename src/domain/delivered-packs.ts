import type { Pack } from "./packs.ts";

/**
 * Days off in 2025 and 2026, of weekends too, as the General Office of the State Council published
 * them: 国办发明电〔2024〕12号 of 2024-11-12 and the notice on 2026 of 2025-11-04.
 */
const holidays = [
  ...["2025-01-01"],
  ...["2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31"],
  ...["2025-02-01", "2025-02-02", "2025-02-03", "2025-02-04"],
  ...["2025-04-04", "2025-04-05", "2025-04-06"],
  ...["2025-05-01", "2025-05-02", "2025-05-03", "2025-05-04", "2025-05-05"],
  ...["2025-05-31", "2025-06-01", "2025-06-02"],
  ...["2025-10-01", "2025-10-02", "2025-10-03", "2025-10-04"],
  ...["2025-10-05", "2025-10-06", "2025-10-07", "2025-10-08"],
  ...["2026-01-01", "2026-01-02", "2026-01-03"],
  ...["2026-02-15", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19"],
  ...["2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23"],
  ...["2026-04-04", "2026-04-05", "2026-04-06"],
  ...["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05"],
  ...["2026-06-19", "2026-06-20", "2026-06-21"],
  ...["2026-09-25", "2026-09-26", "2026-09-27"],
  ...["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"],
  ...["2026-10-05", "2026-10-06", "2026-10-07"],
];

/** Days of weekends that are worked in their place, from the same notices. */
const workdays = [
  ...["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"],
  ...["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
];

const holidayClause = "国务院办公厅关于2025年、2026年部分节假日安排的通知";
const noticeClause = "公示期不少于7个工作日";

/**
 * Packs that come with the ledger; each is in force once it is recorded.
 *
 * `qionghai-2017`: 琼海 asks for seven working days (`rules.md` 2.1: seen as an excerpt, so its
 * wording is to be held against the official text). It is in force in the years whose holidays it
 * knows and no longer: without them a notice would look longer than it was.
 */
export const deliveredPacks: readonly Pack[] = [
  {
    id: "qionghai-2017",
    division: "469002",
    from: "2025-01-01",
    until: "2026-12-31",
    source: { title: "琼海市扶贫资金项目公告公示（2017-04-27），节假日据国务院办公厅通知" },
    parameters: { "notice.days": 7, "notice.working": true, holidays, workdays },
    rules: {},
    clauses: {
      "notice.days": noticeClause,
      "notice.working": noticeClause,
      holidays: holidayClause,
      workdays: holidayClause,
    },
  },
];
