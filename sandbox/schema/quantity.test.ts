import { describe, expect, it } from "vitest";
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  isQuantity,
  parseQuantity,
} from "./quantity.ts";

describe("quantities", () => {
  // Canonical forms as kube-apiserver writes them.
  it.each([
    ["0.5", "500m"],
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["1e3", "1e3"],
    ["1000", "1k"],
    ["1500", "1500"],
    ["0.0001", "100u"],
    ["12e6", "12e6"],
    ["1Ki", "1Ki"],
    ["1000Ki", "1000Ki"],
    ["1024", "1024"],
    ["-2", "-2"],
    ["0Gi", "0"],
    ["9223372036854775807", "9223372036854775807"],
  ])("writes %s as %s", (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  it("adds without losing a billionth, in the first one's format", () => {
    expect(formatQuantity(addQuantities(parseQuantity("1Gi"), parseQuantity("512Mi")))).toBe("1536Mi");
    expect(formatQuantity(addQuantities(parseQuantity("0.1"), parseQuantity("0.2")))).toBe("300m");
    expect(formatQuantity(addQuantities(parseQuantity("1n"), parseQuantity("999999999n")))).toBe("1");
  });

  it("compares across formats", () => {
    expect(compareQuantities(parseQuantity("1Gi"), parseQuantity("1G"))).toBeGreaterThan(0);
    expect(compareQuantities(parseQuantity("1k"), parseQuantity("1000"))).toBe(0);
  });

  it.each(["", "1x", "1.2.3", "Gi", "1 Gi", "1kk", "--1"])("refuses %j", (text) => {
    expect(isQuantity(text)).toBe(false);
  });
});
