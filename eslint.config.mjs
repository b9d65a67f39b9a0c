import tseslint from "typescript-eslint";
import importX from "eslint-plugin-import-x";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";

// The one direction in which folders may import. A folder may import itself and what is listed for it;
// everything else in this repository is closed to it. docs/architecture.md draws the same picture.
const components = [
  "common",
  "spec",
  "network",
  "cluster",
  "registry",
  "edge",
  "security",
  "workload",
  "data",
  "monitoring",
  "system",
].map((part) => `components/${part}`);
const mayImport = {
  "components/common": [],
  "components/spec": ["components/common"],
  "components/network": ["components/common"],
  "components/cluster": ["components/common"],
  "components/registry": ["components/common"],
  "components/edge": ["components/common"],
  "components/security": ["components/common", "policies"],
  "components/workload": ["components/spec", "components/common"],
  "components/data": ["components/spec", "components/common"],
  "components/monitoring": ["components/spec", "components/common"],
  "components/system": [
    "components/workload",
    "components/data",
    "components/security",
    "components/spec",
    "components/common",
  ],
  "infra/systems": ["components/spec"],
  infra: [...components, "infra", "policies"],
  engine: ["infra", "policies", ...components],
  rehearsal: ["engine", "infra", ...components],
  // Of the deliveries the command line needs to know who can reach a stack; that is in the table.
  cli: ["rehearsal", "engine", "infra", "policies", ...components, "deployments/table.ts"],
  deployments: ["components/common"],
  policies: [],
};
const rooms = [
  "components",
  "infra",
  "engine",
  "rehearsal",
  "cli",
  "policies",
  "bench",
  "deployments",
  "test",
];

const zones = Object.entries(mayImport).map(([target, open]) => ({
  target: `./${target}`,
  from: rooms.map((room) => `./${room}`),
  // `except` paths are relative to `from`, so each zone lists the full set once per room below.
  open: [target, ...open],
}));

const restrictedZones = zones.flatMap(({ target, from, open }) =>
  from
    // A room that stands open as a whole needs no zone.
    .filter((room) => !open.includes(room.slice(2)))
    .map((room) => ({
      target,
      from: room,
      except: open
        .filter((path) => path.startsWith(`${room.slice(2)}/`))
        .map((path) => `./${path.slice(room.length - 1)}`),
      message: `${target.slice(2)} may import only: ${open.join(", ")} (docs/architecture.md).`,
    })),
);

export default tseslint.config(
  { ignores: ["node_modules/**", "**/*.cjs"] },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver({ project: "./tsconfig.json" })] },
    rules: {
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones: restrictedZones }],
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // A resource is registered by being constructed; the object itself is often not needed.
      "no-new": "off",
      "@typescript-eslint/no-deprecated": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/no-unnecessary-condition": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["infra/**/*.ts", "components/**/*.ts"],
    ignores: ["infra/settings.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.property.name='Config']",
          message: "Only infra/settings.ts reads configuration; take a typed argument instead.",
        },
      ],
    },
  },
  {
    files: ["policies/**/*.ts"],
    ignores: ["policies/index.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='PolicyPack']",
          message: "Only policies/index.ts makes the pack: constructing it starts a server.",
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      // Fixtures are loosely typed JSON, and a wrong type shows as a failed comparison.
      "@typescript-eslint/no-base-to-string": "off",
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      // Taking a key out of an object needs a name for it.
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_" }],
      // A table of cases is one thing, however long.
      "max-lines": ["error", { max: 1000, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["test/**/*.ts"],
    ignores: ["test/support/temporary.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression:matches([callee.name=/^mkdtemp/], [callee.property.name=/^mkdtemp/])",
          message: "test/support/temporary.ts makes folders that are removed however the tests end.",
        },
      ],
    },
  },
);
