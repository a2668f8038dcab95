import type { Page } from "./define.ts";
import { householdPage } from "./household-page.tsx";
import { overviewPage } from "./overview-page.tsx";

/** Every page. */
export const pages: readonly Page[] = [overviewPage, householdPage];
