import { mechanisms } from "./mechanisms.ts";
import { models } from "./models.ts";
import type { Requirement } from "./requirement.ts";

/** All of them, in the order of the inventory: R1 to R160. */
export const requirements: readonly Requirement[] = [...models, ...mechanisms].sort(
  (a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)),
);
