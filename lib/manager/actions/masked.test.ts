import { expect, test } from "vitest";
import { lastPart, masked, maskedSoFar } from "./masked.ts";

const secrets = ["first\nsecond", "abc", "first\nsecond-long"];

test("secrets are masked whole, the longest first, and very short ones not at all", () => {
  expect(masked("x first\nsecond-long first\nsecond abc", secrets)).toBe("x •••• •••• abc");
});

test("secrets are masked as programs write them: in base64, alone or in something longer, in JSON and addresses", () => {
  const secret = 'p"a/ss?word';
  const written = [
    Buffer.from(secret).toString("base64"),
    JSON.stringify({ secret }),
    `https://x/?p=${encodeURIComponent(secret)}`,
    Buffer.from(`user:${secret}`).toString("base64"),
  ];
  const shown = masked(written.join("\n"), [secret]).split("\n");
  expect(shown.slice(0, 3)).toEqual(["••••", '{"secret":"••••"}', "https://x/?p=••••"]);
  expect(Buffer.from(shown[3] ?? "", "base64").toString("latin1")).not.toMatch(/ss\?w|ord/);
});

test("text that goes on never shows the beginning of a secret, and shows it as no secret once it was none", () => {
  const whole = "before first\nsecond-long after first day";
  for (let length = 0; length <= whole.length; length++) {
    const shown = maskedSoFar(whole.slice(0, length), secrets);
    expect(shown).not.toMatch(/first\n|second/);
    expect(masked(whole, secrets).startsWith(shown.replace(/•+$/, ""))).toBe(true);
  }
  expect(maskedSoFar("a first day", secrets)).toBe("a first day");
});

test("the end is kept in whole characters, however long the text is", () => {
  const kept = lastPart(`${"x".repeat(70_000)}${"家".repeat(20_000)}`);
  expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(64 * 1024);
  expect(kept).toBe(`${"x".repeat(Buffer.byteLength(kept) - 60_000)}${"家".repeat(20_000)}`);
});
