import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { alertGroups } from "../../../../components/monitoring/alerts/groups";
import { settleAlerts } from "../../../../components/monitoring/alerts/settle";
import { staged } from "../prometheus/fixtures";

const folder = path.join(__dirname, "../../../../docs/runbooks");
const HEADINGS = ["Check", "Cause", "Fix", "Escalate"];

// A system may have turned one off that others have.
const names = [
  ...new Set([
    ...Object.values(alertGroups).flatMap((group) => Object.keys(group)),
    ...settleAlerts({}, staged("production"), { runbooks: "" }).map(({ name }) => name),
  ]),
].sort();

describe("the runbooks", () => {
  it("are one for each alert of the platform and of every system, and no more", () => {
    assert.deepEqual(readdirSync(folder).sort(), names.map((name) => `${name}.md`).sort());
  });

  for (const name of names) {
    it(`of ${name} say what it means, what to check, why it may be, how to mend it, and whom to call`, () => {
      const text = readFileSync(path.join(folder, `${name}.md`), "utf8");
      const [head = "", ...parts] = text.split(/^## /m);
      const [title, , meaning = ""] = head.split("\n");
      assert.equal(title, `# ${name}`);
      assert.ok(meaning.length > 20, "no meaning");
      assert.deepEqual(
        parts.map((part) => part.split("\n", 1)[0]),
        HEADINGS,
      );
      for (const part of parts) {
        const [heading = "", ...lines] = part.split("\n");
        assert.ok(lines.join("").trim().length > 10, `${heading} is empty`);
      }
      // A check is something to run, and not only to think of.
      assert.match(parts[0] ?? "", /^```sh\n(?:(?:kubectl|npx slipway|aws|curl|dig|echo) .+\n)+```$/m);
    });
  }
});
