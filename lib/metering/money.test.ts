import { expect, test } from "vitest";
import { costOf, monthlyCost, NOTHING } from "./money.ts";
import { PriceBookError, parsePriceBook, pricesFor } from "./prices.ts";

const BOOK = `
currency: EUR
prices: { cpu: 0.02, memory: "0.005", storage: 0.000137, loadBalancers: 0.01 }
organizations:
  labring: { cpu: "0" }
`;

test("money is counted in whole micro-units, rounded once per unit", () => {
  const { prices } = parsePriceBook(BOOK);
  expect(costOf({ ...NOTHING, cpu: 3600 }, prices)).toBe(20_000n);
  expect(costOf({ ...NOTHING, memory: 2 ** 30 * 3600 }, prices)).toBe(5_000n);
  expect(costOf({ ...NOTHING, cpu: 0.09 }, prices)).toBe(1n);
  expect(monthlyCost({ cpu: 500, memory: 2 ** 30, storage: 10 * 2 ** 30, loadBalancers: 1 }, prices)).toBe(
    7_300_000n + 3_650_000n + 1_000_100n + 7_300_000n,
  );
  // A float would have lost the last digits of this.
  expect(
    costOf(
      { ...NOTHING, storage: 2 ** 30 * 3600 * 1e6 },
      parsePriceBook("currency: EUR\nprices: { storage: 12345.678901234 }").prices,
    ),
  ).toBe(12_345_678_901_234_000n);
});

test("an organization's images may have prices of their own; what is left out costs what it costs for others", () => {
  const book = parsePriceBook(BOOK);
  expect(pricesFor(book, "labring")).toEqual({ ...book.prices, cpu: 0n });
  expect(pricesFor(book, "somebody")).toBe(book.prices);
  expect(parsePriceBook("currency: EUR\nprices: {}").prices.cpu).toBe(0n);
});

test.each([
  ["prices: {}", "currency"],
  ["currency: Euro\nprices: {}", "currency: is no currency"],
  ["currency: EUR\nprices: { cpu: -1 }", "prices.cpu: is no price"],
  ["currency: EUR\nprices: { cpu: 1e308 }", "prices.cpu: is no price"],
  ["currency: EUR\nprices: { cpu: 0.0000000001 }", "prices.cpu: has more than 9 digits"],
  ["currency: EUR\nprices: { gpu: 1 }", "prices.gpu: is not known here"],
  ["currency: EUR\nprices: { cpu: 1, cpu: 2 }", "Map keys must be unique"],
  ["currency: [", ""],
])("a price book like %j is refused with its place", (text, place) => {
  expect(() => parsePriceBook(text)).toThrow(PriceBookError);
  expect(() => parsePriceBook(text)).toThrow(place);
});
