import assert from "node:assert/strict";
import * as path from "node:path";
import { readContext } from "../../../../rehearsal/providers/docker/context";
import { checkDockerfile } from "../../../../rehearsal/providers/docker/dockerfile";
import { folderOf } from "./harness";

const files = { "app.mjs": "", "lib/a.js": "", "lib/deep/b.js": "", ".dockerignore": "secret\n", secret: "" };

function check(text: string, target?: string): void {
  const folder = folderOf({ ...files, Dockerfile: text });
  checkDockerfile(readContext(folder, path.join(folder, "Dockerfile")), target);
}

const from = "FROM docker.io/library/node:24\n";

describe("a Dockerfile is taken", () => {
  const taken: readonly (readonly [string, string])[] = [
    ["with an argument before FROM", "ARG IMAGE=node:24\nFROM ${IMAGE}\n"],
    [
      "with stages and a copy between them",
      `FROM node:24 AS build\nRUN make\n${from}COPY --from=build /out /app\nCOPY --from=0 /out /app\n`,
    ],
    ["with a copy of an image", `${from}COPY --from=busybox:1.37 /bin/sh /bin/sh\n`],
    [
      "with files, folders, patterns and everything",
      `${from}COPY app.mjs lib /app/\nCOPY lib/*.js ./lib/**/b.js /app/\nCOPY . /app\nCOPY /app.mjs /x\n`,
    ],
    ["with the list form of a copy", `${from}COPY ["app.mjs", "lib/a.js", "/app/"]\n`],
    [
      "with flags",
      `${from}COPY --chown=1:1 --chmod=0444 --link app.mjs /app/\nADD --checksum=sha256:0 https://example.com/x /x\n`,
    ],
    ["with a text of its own", `${from}COPY <<EOF /etc/motd\nhello\nEOF\nRUN <<EOF\necho COPY gone\nEOF\n`],
    [
      "with lines that go on and comments",
      `# syntax=docker/dockerfile:1\n${from}# COPY gone /x\nRUN a \\\n  b\n`,
    ],
    ["with a variable in a source", `ARG F=gone\n${from}ARG F\nCOPY $F /x\n`.replace("=gone", "")],
    ["that ends as root, which is for the policies to judge", `${from}USER root\n`],
    ["with lower-case instructions", "from node:24\ncopy app.mjs /app/\n"],
  ];
  for (const [sentence, text] of taken) it(sentence, () => check(text));

  it("with the stage that is built", () => check("FROM node:24 AS prod\n", "Prod"));
});

describe("a Dockerfile is refused, naming the line", () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["when it is empty", "", /Dockerfile: there is no FROM/],
    ["when it has an argument alone", "ARG A=1\n", /there is no FROM/],
    ["when an instruction stands before FROM", `RUN x\n${from}`, /line 1: RUN stands before the first FROM/],
    [
      "when an instruction is misspelt",
      `${from}COPPY app.mjs /x\n`,
      /line 2: COPPY is no instruction; allowed: ADD, ARG/,
    ],
    ["when an instruction has no arguments", `${from}RUN\n`, /line 2: RUN has no arguments/],
    ["when FROM has too many words", "FROM node 24\n", /line 1: FROM is malformed/],
    [
      "when two stages have one name",
      "FROM node:24 AS a\nFROM node:24 AS A\n",
      /line 2: the stage A is named twice/,
    ],
    [
      "when the list form is broken",
      `${from}CMD ["node", app.mjs]\n`,
      /line 2: CMD begins as a list and is none/,
    ],
    ["when SHELL is no list", `${from}SHELL /bin/sh\n`, /line 2: SHELL takes a list/],
    [
      "when a source is not in the context",
      `${from}RUN x\nCOPY gone /x\n`,
      /line 3: COPY gone: there is no such path/,
    ],
    ["when one of several sources is missing", `${from}COPY app.mjs gone /x/\n`, /COPY gone/],
    ["when a pattern matches nothing", `${from}COPY *.py /x/\n`, /COPY \*\.py/],
    [
      "when a source is ignored",
      `${from}COPY secret /x\n`,
      /COPY secret: there is no such path .*\.dockerignore/,
    ],
    ["when a source leads out of the context", `${from}COPY ../other /x\n`, /leads out of the build context/],
    ["when a local file is added that is not there", `${from}ADD gone.tar /x\n`, /ADD gone\.tar/],
    ["when a copy has no destination", `${from}COPY app.mjs\n`, /needs a source and a destination/],
    ["when a flag is misspelt", `${from}COPY --chwon=1 app.mjs /x\n`, /COPY has no flag --chwon/],
    [
      "when a stage is named by a number that is not before it",
      `${from}COPY --from=0 /a /b\n`,
      /--from=0 names no stage before/,
    ],
  ];
  for (const [sentence, text, message] of refused)
    it(sentence, () => assert.throws(() => check(text), message));
});
