import { expect, test } from "vitest";
import { splitQuantity, units } from "./quantity.ts";

test.each([
  ["1Gi", units.bytes, { number: "1", suffix: "Gi" }],
  ["1.5Gi", units.bytes, { number: "1.5", suffix: "Gi" }],
  ["100m", units.cores, { number: "100", suffix: "m" }],
  ["2", units.cores, { number: "2", suffix: "" }],
  ["1G", units.bytes, undefined],
  ["", units.cores, undefined],
])("%s is split into number and unit when the form offers the unit", (text, offered, expected) => {
  expect(splitQuantity(text, offered)).toEqual(expected);
});
