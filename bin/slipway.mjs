#!/usr/bin/env node
// The `slipway` command from whatever folder it is called in; installs the packages first where they are missing.
import { become, commandLine, environment, prepare, typescript } from "./setup.mjs";

await prepare();
await become([...typescript(), commandLine(), ...process.argv.slice(2)], { env: environment() });
