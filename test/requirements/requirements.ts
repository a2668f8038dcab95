import { conduct } from "./conduct.ts";
import { entities } from "./entities.ts";
import { models } from "./models.ts";
import { monitoring } from "./monitoring.ts";
import type { Requirement } from "./requirement.ts";
import { risk } from "./risk.ts";

/** All of them, in the order of the inventory: R1 to R160. */
export const requirements: readonly Requirement[] = [
  ...models,
  ...risk,
  ...conduct,
  ...monitoring,
  ...entities,
].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
