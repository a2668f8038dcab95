import { programmeKinds } from "../../../events/programme.ts";

const kinds = Object.entries(programmeKinds)
  .map(([type, kind]) => `WHEN '${type}' THEN '${kind}'`)
  .join(" ");

/**
 * How facts name a posting `p` to a household by its row `t` of the trail: the row or movement that
 * moved the money, a dividend with its household.
 */
export const postingName = `
  CASE WHEN t.type LIKE 'Dividend%' THEN 'movements/' || t.reference || '/' || p.household
    WHEN t.reference IS NULL THEN 'events/' || p.position
    WHEN t.type LIKE 'Bank%' OR t.type LIKE 'Entry%' OR t.type LIKE 'Settlement%'
      THEN 'bank/' || t.reference
    WHEN t.type LIKE 'Line%' OR t.type LIKE 'List%' THEN 'steps/' || t.reference
    ELSE coalesce(CASE t.type ${kinds} END, 'movements') || '/' || t.reference END`;
