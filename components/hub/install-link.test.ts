import { expect, test } from "vitest";
import type { InputDeclaration } from "@/lib/model/resources";
import { badgeMarkdown, linkedInputs } from "./install-link";

const inputs = [
  { name: "domain", type: "string" },
  { name: "password", type: "string", secret: true },
] as InputDeclaration[];
const linked = (query: string) => linkedInputs(new URLSearchParams(query), inputs);

test("a link fills in what the image declares, and names what it does not", () => {
  expect(linked("tag=1&input.domain=a.b&input.nothing=1&domain=x")).toEqual({
    values: { domain: "a.b" },
    unknown: ["nothing"],
    secret: [],
    long: [],
  });
});

test("a secret is never taken from a link", () => {
  expect(linked("input.password=hunter2")).toMatchObject({ values: {}, secret: ["password"] });
});

test("an endless value is left out, and of two the first counts", () => {
  expect(linked(`input.domain=${"x".repeat(5000)}`)).toMatchObject({ values: {}, long: ["domain"] });
  expect(linked("input.domain=a&input.domain=b").values).toEqual({ domain: "a" });
});

test("names of an object's own making are names like others", () => {
  const { values, unknown } = linked("input.__proto__=x&input.constructor=y");
  expect(Object.keys(values)).toEqual([]);
  expect(unknown).toEqual(["__proto__", "constructor"]);
});

test("a badge's title cannot end its Markdown early", () => {
  const title = "Install [x](https://evil.example)\nnow";
  expect(badgeMarkdown("https://hub.example", { org: "acme", repo: "shop" }, { locale: "zh", title })).toBe(
    "[![Install \\[x\\](https://evil.example) now](https://hub.example/badge/acme/shop.svg?lang=zh)](https://hub.example/install/acme/shop)",
  );
});
