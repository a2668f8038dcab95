import type { SchemeName } from "../../../events/schemes.ts";
import { schemeNames } from "../../../events/schemes.ts";
import type { Scheme } from "./schemes.ts";
import { schemes } from "./schemes.ts";

/** The scheme that an event names. */
export function schemeOf(name: string): Scheme {
  const word = schemeNames[name as SchemeName];
  return schemes[word] as Scheme;
}

/** Whether a scheme divides over basis rows. */
export function schemeTakesBasis(name: string): boolean {
  return schemeOf(name).dividesOver === "basis";
}
