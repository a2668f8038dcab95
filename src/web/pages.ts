import type { Page } from "./define.ts";
import { contractPage } from "./contract-page.tsx";
import { householdPage } from "./household-page.tsx";
import { noticePage, noticesPage } from "./notice-page.tsx";
import { planPage, plansPage } from "./plan-page.tsx";
import { overviewPage } from "./overview-page.tsx";

/** Every page. */
export const pages: readonly Page[] = [
  overviewPage,
  householdPage,
  contractPage,
  noticesPage,
  noticePage,
  plansPage,
  planPage,
];
