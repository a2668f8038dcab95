import { approval } from "./approval.ts";
import { assets } from "./assets.ts";
import { conduct } from "./conduct.ts";
import { disclosure } from "./disclosure.ts";
import { distribution } from "./distribution.ts";
import { entities } from "./entities.ts";
import { funds } from "./funds.ts";
import { incomeTypes } from "./income-types.ts";
import { mechanisms } from "./mechanisms.ts";
import { models } from "./models.ts";
import { monitoring } from "./monitoring.ts";
import type { Requirement } from "./requirement.ts";
import { risk } from "./risk.ts";

const parts = [
  ...[models, mechanisms, incomeTypes, funds, assets, distribution, approval, disclosure],
  ...[risk, conduct, monitoring, entities],
];

/** All of them, in the order of the inventory: R1 to R160. */
export const requirements: readonly Requirement[] = parts
  .flat()
  .sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
