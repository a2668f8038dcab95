import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Rules whose facts, models and proofs are functions of their arguments alone. */
const pure = ["events/**/*.ts", "projections/**/*.ts", "src/domain/**/*.ts", "src/proof/**/*.ts"];
const tests = ["test/**/*.ts", "test/**/*.tsx"];

const asData = "a pure layer takes time, chance and environment as data";
const impureGlobals = ["process", "performance", "crypto", "fetch", "setTimeout", "setInterval"];
const impureProperties = [
  { object: "Date", property: "now" },
  { object: "Math", property: "random" },
];
const impureSyntax = [
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "CallExpression[callee.name='Date']",
  "AwaitExpression",
  "ForOfStatement[await=true]",
  ":function[async=true]",
];
const decimalOnlyInItsModule = {
  name: "decimal.js",
  message: "decimal.js rounds at 20 digits unless told otherwise: use src/domain/decimal.ts",
};
const noRandomness = {
  name: "node:crypto",
  allowImportNames: [
    "createHash",
    "createHmac",
    "createPublicKey",
    "createPrivateKey",
    "sign",
    "verify",
  ],
  message: `${asData}; hashes and signatures are allowed`,
};

export default tseslint.config(
  { ignores: ["dist/", ".tap/", "test-built/", ".data/", "node_modules/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "no-console": "error",
      "max-lines-per-function": ["error", { max: 70, skipBlankLines: true, skipComments: true }],
      "no-restricted-imports": ["error", { paths: [decimalOnlyInItsModule] }],
      // A new event or command must be met in each place that tells them apart.
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { allowDefaultCaseForExhaustiveSwitch: false, considerDefaultExhaustiveForUnions: false },
      ],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowAny: false, allowBoolean: false, allowNullish: false },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      // `_name` takes a member out of an object, or fills a place a signature asks for.
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" },
      ],
      // `return paid(event, write)` ends a case; `process.env["PATH"]` says that it may be absent;
      // `as T` after an index that was just checked reads as well as `!`, which is banned.
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      // Ports are objects of closures without `this`: `groupCommit({ handle })` takes one apart.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    files: pure,
    rules: {
      "no-restricted-globals": [
        "error",
        ...impureGlobals.map((name) => ({ name, message: asData })),
      ],
      "no-restricted-properties": [
        "error",
        ...impureProperties.map((property) => ({ ...property, message: asData })),
      ],
      "no-restricted-syntax": [
        "error",
        ...impureSyntax.map((selector) => ({ selector, message: asData })),
      ],
      "no-restricted-imports": ["error", { paths: [decimalOnlyInItsModule, noRandomness] }],
    },
  },
  {
    files: ["src/domain/decimal.ts"],
    rules: { "no-restricted-imports": ["error", { paths: [noRandomness] }] },
  },
  { files: ["src/cli/**", "bench/**"], rules: { "no-console": "off" } },
  // Names and places there are Chinese characters, each one code point.
  { files: ["seeds/**"], rules: { "@typescript-eslint/no-misused-spread": "off" } },
  {
    files: tests,
    rules: {
      "max-lines-per-function": "off",
      // tap keeps track of the tests it starts: `test("…", …)` needs no `await` and no `void`.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", package: "tap", name: ["test"] },
            { from: "package", package: "@tapjs/core", name: ["test"] },
            { from: "package", package: "@tapjs/test", name: ["test"] },
          ],
        },
      ],
      // A reference model may use decimal.js apart from the code under test.
      "no-restricted-imports": "off",
      // Hostile input is written out.
      "no-control-regex": "off",
    },
  },
);
