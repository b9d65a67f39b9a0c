// Runs Pulumi's official installer, as the Automation API has it: node install-pulumi.cjs FOLDER VERSION.
// It is a process of its own because the API's call knows no time limit and leaves its downloads running.
const { PulumiCommand } = require("@pulumi/pulumi/automation");
const { SemVer } = require(
  require.resolve("semver", { paths: [require.resolve("@pulumi/pulumi/automation")] }),
);

const [root, version] = process.argv.slice(2);
PulumiCommand.install({ root, version: new SemVer(version), skipVersionCheck: true }).catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
