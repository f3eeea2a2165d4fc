import { expect, test } from "vitest";
import { isShown } from "./condition.ts";

const inputs = { smtp: "true", port: "25", "with-dash": "x", empty: "" };

test.each([
  [undefined, true],
  ["inputs.smtp === 'true'", true],
  ["inputs.smtp === 'false'", false],
  ['inputs["with-dash"] == "x" && !inputs.empty', true],
  ["!(inputs.smtp === 'true') || inputs.port > 24", true],
  ["inputs.absent", false],
  ["inputs.port == 25", true],
  ["inputs.constructor", false],
  ["inputs.smtp === 'true' ? false : false", true],
  ["defaults.secret === ''", true],
  ["alert(1)", true],
  ["inputs.smtp.__proto__", true],
])("%s shows the input: %s", (condition, shown) => {
  expect(isShown(condition, inputs)).toBe(shown);
});
