import { mkdirSync, rmSync } from "node:fs";
import { fail } from "../runtime.mjs";
import { type Outcome, results, say } from "./run.ts";
import { SUITES } from "./suites.ts";

/**
 * `npm test`: all suites; `npm test -- <suite>[,<suite>…] [filters]`: those. What cannot run here is said in one sentence, and
 * is a failure when it was asked for by name. The last line is the sum. With `CI` set nothing may be skipped, and what fails has
 * a second try: dozens of clusters on one busy machine meet accidents, which are named at the end, and are not the change's.
 */
const [first, ...filters] = process.argv.slice(2);
const names = first?.split(",");
const unknown = names?.find((name) => !SUITES.some((suite) => suite.name === name));
if (unknown) fail(`There is no suite ${unknown}. Known are ${SUITES.map(({ name }) => name).join(", ")}.`);
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const total: Outcome = { passed: 0, failed: 0, skipped: 0 };
const lines = new Set<string>();
for (const { name, impossible, optional, run } of SUITES.filter(
  (suite) => !names || names.includes(suite.name),
)) {
  const why = await impossible?.();
  if (why) {
    say(why);
    lines.add(why);
    if (names || (process.env.CI && !optional)) total.failed++;
    continue;
  }
  say(name);
  const began = Date.now();
  const { passed, failed, skipped, unsteady = [] } = await run(names ? filters : []);
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  const counts = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
  lines.add(`${name.padEnd(22)} ${counts} in ${((Date.now() - began) / 1000).toFixed(0)} s`);
  for (const test of unsteady) lines.add(`  passed at its second try only, and needs mending: ${test}`);
}
if (process.env.CI && total.skipped > 0) {
  lines.add(`${total.skipped} tests were skipped, which nothing may be here: they count as failed.`);
  total.failed += total.skipped;
}
process.stdout.write(`\n${[...lines].join("\n")}\n\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
