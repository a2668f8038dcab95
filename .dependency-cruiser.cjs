// Who may import whom (ARCHITECTURE.md, the house), as rules that `npm run imports` checks.

const events = "^events/";
const projections = "^projections/";
const domain = "^src/domain/";
const proof = "^src/proof/";
const log = "^src/log/";
const encoding = "^src/encoding/";
const logContract = "^src/log/[^/]+[.]ts$";
const engines = "^src/log/(postgres|eventstoredb)/";
const vault = "^src/vault/";
const write = "^src/write/";
const app = "^src/app/";
const queries = "^src/queries/";
const exchange = "^src/exchange/";
const bank = "^src/bank/";
// What banks give as reasons stands in events and in files.
const reasons = "^events/reasons[.]ts$";
// What a file says piece by piece is what is judged of it as a whole.
const told = "^src/domain/distribution/bank-told[.]ts$";
const payments = "^src/payments/";
const database = "^src/database/";
const root = "^src/root[.]ts$";
const config = "^src/config[.]ts$";
const compose = "^src/compose[.]ts$";
const words = "^src/words/";
const ledger = "^src/ledger[.]ts$";
const rights = "^src/rights[.]ts$";
// Decimals and days are values, not rules: whoever shows them may compute with them.
const values = "^src/domain/(decimal|calendar)[.]ts$";
// Where a plan stands, what rows of the programme come to, what deciding asks of the read models
// (surveys), and what packs say.
const surveyed =
  "^src/domain/(deliveries|share-surveys|facts|packs|parameters|(distribution|programme)/[^/]+)[.]ts$";
// What a cell holds is for who reads it too.
const cell = "^src/domain/cell[.]ts$";
const notice = "^src/notice/";
const http = "^src/http/";
const web = "^src/web/";
const cli = "^src/cli/";
const outside = "^(test|bench)/";
// What keeps the derived database in line with the log, and requests with their answers.
const runner =
  "^src/app/(clock|condition|idempotency|identity|project|read-tables|rebuild|sweep|verify)[^/]*[.]ts$";

const pg = "^node_modules/(@types/)?pg(-copy-streams)?/";
const eventStore = "^node_modules/@eventstore/";
const zod = "^node_modules/zod/";
const decimal = "^node_modules/decimal[.]js/";

/** `from` imports of this project, packages and node itself only what is named. */
const only = (name, comment, from, allowed, exceptFrom = []) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, ...(exceptFrom.length > 0 && { pathNot: exceptFrom }) },
  to: { pathNot: allowed },
});

/** What matches `to` is imported by nobody but `allowed`. */
const nobodyBut = (name, comment, to, allowed) => ({
  name,
  comment,
  severity: "error",
  from: { pathNot: allowed },
  to: { path: to },
});

const inProject = "^(events|projections|seeds|src|test|bench)/";

/** Of this project's own files `from` imports only what is named; packages are free. */
const ours = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: inProject, pathNot: allowed },
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    only("events-are-facts", "Events import zod and each other.", events, [events, zod]),
    only("projections-see-events", "Read models are pure functions of events.", projections, [
      projections,
      events,
    ]),
    only(
      "domain-is-rules",
      "Rules import events and rules; of node its hashes, of packages zod and decimal.js.",
      domain,
      [domain, rights, events, encoding, zod, decimal, "^(node:)?crypto$"],
    ),
    only("proof-knows-bytes", "The proof knows bytes, not benefits.", proof, [
      proof,
      encoding,
      "^(node:)?crypto$",
    ]),
    ours("encoding-is-bytes", "The encodings know values and bytes.", encoding, [encoding]),
    ours("words-are-words", "Words for people know the calendar and the legs.", words, [
      words,
      domain,
      events,
    ]),
    nobodyBut(
      "one-decimal",
      "decimal.js rounds in silence unless told otherwise: one module tells it.",
      decimal,
      ["^src/domain/decimal[.]ts$", outside],
    ),
    {
      name: "engines-are-strangers",
      comment: "The PostgreSQL log and the EventStoreDB log do not know each other.",
      severity: "error",
      from: { path: "^src/log/postgres/" },
      to: { path: "^src/log/eventstoredb/" },
    },
    {
      name: "engines-are-strangers-too",
      comment: "The PostgreSQL log and the EventStoreDB log do not know each other.",
      severity: "error",
      from: { path: "^src/log/eventstoredb/" },
      to: { path: "^src/log/postgres/" },
    },
    nobodyBut(
      "engines-are-composed",
      "Engines are named in compose.ts; their own files, tests and bench may name them too.",
      engines,
      [compose, engines, outside],
    ),
    nobodyBut(
      "pg-at-home",
      "`pg` stays where SQL is: log, database, vault, queries, the projection runner and its kin; compose hands it over.",
      pg,
      [log, database, vault, queries, runner, ledger, compose, outside, "^node_modules/"],
    ),
    nobodyBut(
      "eventstoredb-at-home",
      "The EventStoreDB client is used by its engine, its test and its bench.",
      eventStore,
      ["^src/log/eventstoredb/", "^test/unit/eventstoredb", "^bench/"],
    ),
    ours("log-stores", "The log knows events and the database, not what they mean.", log, [
      log,
      events,
      encoding,
      database,
    ]),
    ours("database-is-bare", "The database knows nothing of the ledger.", database, [
      database,
      encoding,
      root,
    ]),
    ours("vault-is-apart", "The vault knows the canonical encoding and the database.", vault, [
      vault,
      encoding,
      database,
    ]),
    ours(
      "exchange-is-files",
      "Files in know cells, columns and rows, files out the answers they write; neither a store.",
      exchange,
      [exchange, queries, cell],
    ),
    ours(
      "bank-is-files",
      "A bank's files are bytes and what they say: values, cells and files, nothing of the ledger.",
      bank,
      [bank, exchange, values, cell, reasons, told],
    ),
    ours(
      "queries-ask",
      "A question is SQL over the read models, the log's clock and the vault's names.",
      queries,
      [queries, logContract, vault, words, values, surveyed, encoding, rights, events],
    ),
    ours(
      "write-decides",
      "Deciding and appending join the rules to the log and the vault.",
      write,
      [write, domain, encoding, logContract, vault, events],
    ),
    ours("app-is-the-shell", "The verbs join the pure parts to the contract of the log.", app, [
      app,
      write,
      domain,
      proof,
      encoding,
      logContract,
      vault,
      exchange,
      projections,
      events,
      database,
      root,
    ]),
    ours("notice-is-a-sheet", "A sheet is words, fonts and ink; it asks nothing.", notice, [
      notice,
      queries,
      words,
      values,
      encoding,
      events,
      root,
    ]),
    ours("web-is-pages", "Pages are data: what they ask and how an answer is shown.", web, [
      web,
      notice,
      queries,
      words,
      values,
      rights,
      app,
      events,
    ]),
    ours("http-serves", "HTTP knows verbs, questions and pages; it holds no SQL.", http, [
      http,
      web,
      notice,
      payments,
      bank,
      rights,
      write,
      app,
      queries,
      exchange,
      words,
      ledger,
      config,
      root,
      domain,
      encoding,
      logContract,
      events,
    ]),
    ours("payments-join-bank-and-ledger", "Instructions and answers of banks.", payments, [
      payments,
      bank,
      encoding,
      queries,
      write,
      domain,
      logContract,
      ledger,
    ]),
    ours("cli-is-verbs", "Commands call verbs and questions, and start the service.", cli, [
      cli,
      "^src/http/(server|logging)[.]ts$",
      write,
      app,
      queries,
      exchange,
      bank,
      payments,
      notice,
      words,
      ledger,
      config,
      compose,
      root,
      domain,
      events,
      "^seeds/",
    ]),
    ours("seeds-are-files", "The demo county is files and commands, never rows.", "^seeds/", [
      "^seeds/",
      domain,
    ]),
    {
      name: "nothing-imports-tests",
      comment: "What ships does not depend on what checks it; a page about the examples does.",
      severity: "error",
      from: { pathNot: "^(test|bench|docs)/" },
      to: { path: "^(test|bench)/" },
    },
    {
      name: "tests-import-no-tests",
      comment: "What several tests need is in test/support.",
      severity: "error",
      from: { path: "^test/" },
      to: { path: "[.]test[.]tsx?$" },
    },
    {
      name: "no-circles",
      comment: "A circle of modules is one module in several files.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment: "A module that nobody imports and that imports nobody is dead.",
      severity: "error",
      from: { orphan: true, pathNot: ["[.]d[.]ts$", "[.]test[.]tsx?$"] },
      to: {},
    },
    {
      name: "nothing-unknown",
      comment: "Every import resolves, to a package that package.json lists.",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["unknown", "undetermined", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "ships-with-dependencies",
      comment: "What ships does not need a devDependency.",
      severity: "error",
      from: { path: "^(events|projections|seeds|src)/" },
      to: {
        dependencyTypes: ["npm-dev"],
        dependencyTypesNot: ["type-only"],
        pathNot: "^node_modules/@types/",
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Types count: who imports only a type knows it all the same.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".cjs", ".mjs", ".d.ts"],
    },
  },
};
