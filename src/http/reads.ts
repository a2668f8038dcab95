import { z } from "zod";
import type { KnownAt } from "../queries/as-of.ts";
import { Unknown } from "../queries/as-of.ts";
import { householdCard } from "../queries/household.ts";
import { ownership } from "../queries/ownership.ts";
import { listContracts, listHouseholds, listOrganisations } from "../queries/registers.ts";
import { statement, statements, statementsBy } from "../queries/statement.ts";
import { trail } from "../queries/trail.ts";
import * as answers from "./answers.ts";
import {
  afterPosition,
  asOf,
  asOfParameters,
  idText,
  pageLimit,
  pageParameters,
  periodOf,
  periodParameters,
} from "./parameters.ts";
import { problems } from "./problem.ts";
import type { App, Service } from "./service.ts";
import { demoMark } from "./service.ts";

const handlerTimeout = 60_000;
const ofHousehold = z.object({ household: idText.describe("户编号") });
const ofRegister = z.object({ register: idText.describe("股权登记簿") });
const refusals = problems(400, 404, 503);

/** What stands at the end of every answer: what it includes, and whether the county is invented. */
function ends(service: Service, { position, at }: KnownAt) {
  return { knownAt: { position: position.toString(), at }, ...demoMark(service.ledger) };
}

/** At most `limit` of one more than that, and the cursor of the next page. */
function pageOf<T>(found: readonly T[], limit: number, cursor: (item: T) => string) {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? cursor(last) : null };
}

/** GET /v1/households/…: what is known of one household. */
export function householdRoutes(app: App, service: Service): void {
  const { ledger } = service;
  const tags = ["households"];
  app.get("/v1/households/:household", {
    schema: {
      tags,
      operationId: "household",
      summary: "The card of a household: place, status, members",
      description: "Names and ID numbers are masked: 李*红, and the last four characters.",
      params: ofHousehold,
      querystring: z.strictObject(asOfParameters),
      response: { 200: answers.household, ...refusals },
    },
    handlerTimeout,
    handler: async ({ params, query }) => {
      const knownAt = await asOf(service, query);
      const card = await householdCard(ledger, params.household, knownAt);
      return { ...card, members: [...card.members], ...ends(service, knownAt) };
    },
  });
  app.get("/v1/households/:household/statement", {
    schema: {
      tags,
      operationId: "statement",
      summary: "Money a household received, by leg",
      description:
        "From and to are days of 业务日期 and included; legs that are zero are left out.",
      params: ofHousehold,
      querystring: z.strictObject({ ...periodParameters, ...asOfParameters }),
      response: { 200: answers.statement, ...refusals },
    },
    handlerTimeout,
    handler: async ({ params, query }) => {
      const { from, to } = periodOf(query);
      const knownAt = await asOf(service, query);
      const income = await statement(ledger, params.household, knownAt, { from, to });
      const { household, legs, total } = income;
      const { knownAt: known, ...mark } = ends(service, knownAt);
      return {
        household,
        from: from ?? null,
        to: to ?? null,
        knownAt: known,
        legs,
        total,
        ...mark,
      };
    },
  });
  ownershipRoutes(app, service);
  app.get("/v1/households/:household/trail", {
    schema: {
      tags,
      operationId: "trail",
      summary: "Everything recorded about a household, oldest first",
      description: "Notes come from the vault; long numbers in them are masked.",
      params: ofHousehold,
      querystring: z.strictObject({ after: afterPosition, limit: pageLimit, ...asOfParameters }),
      response: { 200: answers.trail, ...refusals },
    },
    handlerTimeout,
    handler: async ({ params: { household }, query: { after, limit, ...when } }) => {
      const knownAt = await asOf(service, when);
      const from = { after: BigInt(after), max: limit + 1 };
      const found = await trail(ledger, household, knownAt, from);
      const { items, next } = pageOf(found, limit, ({ position }) => position);
      return { household, entries: items, next, ...ends(service, knownAt) };
    },
  });
}

function ownershipRoutes(app: App, service: Service): void {
  const { ledger } = service;
  const querystring = z.strictObject({
    on: periodParameters.to.describe("at the end of this day: YYYY-MM-DD; otherwise of all days"),
    ...asOfParameters,
  });
  app.get("/v1/households/:household/ownership", {
    schema: {
      tags: ["households"],
      operationId: "household-ownership",
      summary: "The shares a household holds, by register",
      description: "Shares with four decimals; nothing held is left out.",
      params: ofHousehold,
      querystring,
      response: { 200: answers.householdOwnership, ...refusals },
    },
    handlerTimeout,
    handler: async ({ params: { household }, query: { on, ...when } }) => {
      const knownAt = await asOf(service, when);
      const held = await ownership(ledger, household, knownAt, on);
      if ("registers" in held) return { registers: held.registers, ...ends(service, knownAt) };
      throw new Unknown("HouseholdUnknown", "no household of this number is registered");
    },
  });
  app.get("/v1/registers/:register/ownership", {
    schema: {
      tags: ["registers"],
      operationId: "register-ownership",
      summary: "Who holds the shares of a register",
      description: "Shares with four decimals by household, and their sum.",
      params: ofRegister,
      querystring,
      response: { 200: answers.registerOwnership, ...refusals },
    },
    handlerTimeout,
    handler: async ({ params: { register }, query: { on, ...when } }) => {
      const knownAt = await asOf(service, when);
      const held = await ownership(ledger, register, knownAt, on).catch((error: unknown) => {
        if (error instanceof Unknown) return undefined;
        throw error;
      });
      if (held !== undefined && "holders" in held) {
        return { holders: held.holders, shares: held.shares, ...ends(service, knownAt) };
      }
      throw new Unknown("RegisterUnknown", "no register of this number is known");
    },
  });
}

/** GET /v1/{households, organisations, contracts, statements}: lists, a page at a time. */
export function registerRoutes(app: App, service: Service): void {
  const { ledger } = service;
  const tags = ["registers"];
  const description = "By number. Ask again with `after` set to `next` until that is null.";
  const querystring = z.strictObject({ ...pageParameters, ...asOfParameters });
  app.get("/v1/households", {
    schema: {
      tags,
      operationId: "households",
      summary: "The register of households",
      description,
      querystring,
      response: { 200: answers.households, ...refusals },
    },
    handlerTimeout,
    handler: async ({ query: { after, limit, ...when } }) => {
      const knownAt = await asOf(service, when);
      const found = await listHouseholds(ledger, knownAt, { after, max: limit + 1 });
      const page = pageOf(found, limit, ({ household }) => household);
      return { ...page, ...ends(service, knownAt) };
    },
  });
  app.get("/v1/organisations", {
    schema: {
      tags,
      operationId: "organisations",
      summary: "The register of organisations",
      description,
      querystring,
      response: { 200: answers.organisations, ...refusals },
    },
    handlerTimeout,
    handler: async ({ query: { after, limit, ...when } }) => {
      const knownAt = await asOf(service, when);
      const found = await listOrganisations(ledger, knownAt, { after, max: limit + 1 });
      const page = pageOf(found, limit, ({ organisation }) => organisation);
      return { ...page, ...ends(service, knownAt) };
    },
  });
  app.get("/v1/contracts", {
    schema: {
      tags,
      operationId: "contracts",
      summary: "Contracts and their terms",
      description,
      querystring,
      response: { 200: answers.contracts, ...refusals },
    },
    handlerTimeout,
    handler: async ({ query: { after, limit, ...when } }) => {
      const knownAt = await asOf(service, when);
      const found = await listContracts(ledger, knownAt, { after, max: limit + 1 });
      const page = pageOf(found, limit, ({ contract }) => contract);
      return { ...page, ...ends(service, knownAt) };
    },
  });
  statementsRoute(app, service);
}

function statementsRoute(app: App, service: Service): void {
  const { ledger } = service;
  app.get("/v1/statements", {
    schema: {
      tags: ["registers"],
      operationId: "statements",
      summary: "Money received, of every household or summed up",
      description:
        "Without `by` a page of households, those without income too; with `by` all sums at " +
        "once, by where the households live or by who paid.",
      querystring: z.strictObject({
        by: z.enum(["village", "township", "organisation"]).optional(),
        ...periodParameters,
        ...pageParameters,
        ...asOfParameters,
      }),
      response: { 200: answers.statements, ...refusals },
    },
    handlerTimeout: 5 * handlerTimeout,
    handler: async ({ query: { by, from, to, after, limit, ...when } }) => {
      periodOf({ from, to });
      const knownAt = await asOf(service, when);
      const head = { from: from ?? null, to: to ?? null };
      if (by !== undefined) {
        const items = await statementsBy(ledger, by, knownAt, { from, to });
        return { ...head, items, next: null, ...ends(service, knownAt) };
      }
      const found = [];
      for await (const income of statements(ledger, knownAt, { from, to }, after)) {
        found.push(income);
        if (found.length > limit) break;
      }
      const page = pageOf(found, limit, ({ household }) => household);
      return { ...head, ...page, ...ends(service, knownAt) };
    },
  });
}
