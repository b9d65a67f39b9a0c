// `npm start` and `npm test` of a fresh clone: installs what is missing, then runs the rehearsal or the tests.
import path from "node:path";
import { become, commandLine, environment, fail, prepare, root, typescript } from "./setup.mjs";

const [task, ...rest] = process.argv.slice(2);
if (task !== "start" && task !== "test") {
  fail(`bin/bootstrap.mjs does not know ${task ?? "an empty task"}; allowed: start, test.`);
}

await prepare();
const options = { cwd: root, env: environment() };
if (task === "start") await become([...typescript(), commandLine(), "rehearse", "staging", ...rest], options);
else
  await become(
    [path.join(root, "node_modules", "mocha", "bin", "mocha.js"), ...testArguments(rest)],
    options,
  );

/**
 * Who names test files wants only these; else it is all of them, whatever options are given. Unit tests come first:
 * they need none of the tools that are built meanwhile.
 */
function testArguments(given) {
  const isFile = (argument, at) =>
    /(\.ts|\/)$|\*/.test(argument) && !argument.startsWith("-") && !takesValue(given[at - 1]);
  return given.some(isFile) ? given : [...given, "test/unit/**/*.test.ts", "test/!(unit)/**/*.test.ts"];
}

/** Whether what follows an option is its value: `--grep a*b`. */
function takesValue(option = "") {
  return /^(-[gfrR]|--(grep|fgrep|require|reporter|file|ignore|config))$/.test(option);
}
