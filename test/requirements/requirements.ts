import { approval } from "./approval.ts";
import { assets } from "./assets.ts";
import { disclosure } from "./disclosure.ts";
import { distribution } from "./distribution.ts";
import { funds } from "./funds.ts";
import { incomeTypes } from "./income-types.ts";
import { models } from "./models.ts";
import type { Requirement } from "./requirement.ts";

const parts = [models, incomeTypes, funds, assets, distribution, approval, disclosure];

/** All of them, in the order of the inventory: R1 to R160. */
export const requirements: readonly Requirement[] = parts
  .flat()
  .sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
