import { readFileSync, writeFileSync } from "node:fs";

/**
 * Holds a page under docs/ against what was just measured. With `UPDATE_DOCS=1` the page is written instead.
 * @returns the page as it is and as it should be, for the test to compare
 */
export function heldAgainst(file: string, text: string): { written: string; measured: string } {
  if (process.env.UPDATE_DOCS) writeFileSync(file, text);
  return { written: readFileSync(file, "utf8"), measured: text };
}
