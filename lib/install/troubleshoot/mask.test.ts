import { expect, test } from "vitest";
import type { KubernetesObject } from "../../model/kubernetes.ts";
import { MASK, maskedThrough, masker } from "./mask.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
function secret(data: Record<string, string>, type = "Opaque"): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "ns-alice" },
    type,
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
  };
}
const none = masker([]);

test("masks what a Secret holds, as it is, in base64 and in an address", () => {
  const mask = masker([secret({ password: "hunter/22" })]);
  expect(mask(`said hunter/22, ${base64("hunter/22")} and p=${encodeURIComponent("hunter/22")}.`)).toBe(
    `said ${MASK}, ${MASK} and p=${MASK}.`,
  );
});

test("masks it inside of something longer that is in base64, and as JSON and addresses have it", () => {
  const mask = masker([secret({ password: 'hun?>"ter\\22' })]);
  for (const before of ["a:", "ab:", "abc:"])
    for (const encoding of ["base64", "base64url"] as const) {
      const text = mask(`sent ${Buffer.from(`${before}hun?>"ter\\22, and more`).toString(encoding)}`);
      expect(text).toContain(MASK);
      expect(Buffer.from(text, encoding).toString("latin1")).not.toMatch(/un\?>|ter/);
    }
  expect(mask(JSON.stringify({ said: 'hun?>"ter\\22' }))).toBe(`{"said":"${MASK}"}`);
});

test("masks beside a document that holds half a character", () => {
  const mask = masker([secret({ "a.json": '{"half": "\\ud800 and more"}', password: "hunter22" })]);
  expect(mask("hunter22 is here")).toBe(`${MASK} is here`);
});

test("masks what is long, whole and line by line", () => {
  const key = Array.from({ length: 30 }, (_, line) => `${line}`.padEnd(64, "kEy/")).join("\n");
  const mask = masker([secret({ "id.key": key, blob: "x1y2".repeat(1_000) })]);
  expect(mask(key).replaceAll(`${MASK}\n`, "")).toBe(MASK);
  expect(mask(`${"x1y2".repeat(1_000)} ${base64(key)}`)).toBe(`${MASK} ${MASK}`);
});

test("masks the leaves of documents and the lines of keys that Secrets hold", () => {
  const mask = masker([
    secret({ "config.json": JSON.stringify({ auths: { "r.example": { auth: "YWxpY2U6cHc=" } } }) }),
    secret(
      { drawn: JSON.stringify({ admin_password: "drawn-once" }), chart: "unrelated" },
      "hub.sealos.io/values",
    ),
    secret({ "id.pem": "first-line-of-a-key-0123\nsecond-line-of-a-key-456" }),
  ]);
  expect(mask("auth YWxpY2U6cHc= drawn-once unrelated second-line-of-a-key-456")).toBe(
    `auth ${MASK} ${MASK} unrelated ${MASK}`,
  );
});

test("leaves words alone that are no secret: user names, short values, and what everybody sees", () => {
  const mask = masker(
    [secret({ username: "postgres", port: "5432", flag: "true", app: "shop-x7k2", password: "pg1!" })],
    ["shop-x7k2-pg"],
  );
  expect(mask("postgres at shop-x7k2-pg:5432 is true")).toBe("postgres at shop-x7k2-pg:5432 is true");
  expect(mask("with pg1!")).toBe(`with ${MASK}`);
});

test("masks the longest value first, so that no end of one stays", () => {
  const mask = masker([secret({ password: "correct-horse" }), secret({ token: "correct-horse-battery" })]);
  expect(mask("correct-horse-battery")).toBe(MASK);
});

test.for([
  ["postgres://app:s3cret@db:5432/app", `postgres://app:${MASK}@db:5432/app`],
  ["postgres://app:p@ss:w@rd@db:5432/a@b", `postgres://app:${MASK}@db:5432/a@b`],
  ["amqp://:only@mq", `amqp://:${MASK}@mq`],
  ["Authorization: Bearer abcdefghij.klm", `Authorization: Bearer ${MASK}`],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl used", `${MASK} used`],
  ['{"api_key": "abc", "user": "bob"}', `{"api_key": ${MASK}, "user": "bob"}`],
  ["DB_PASSWORD=abc123 PORT=80", `DB_PASSWORD=${MASK} PORT=80`],
  ["clone with ghp_0123456789abcdefABCDEF", `clone with ${MASK}`],
  ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nok", `${MASK}\nok`],
  ["password authentication failed for user app", "password authentication failed for user app"],
  ["http://db.ns-alice.svc:5432/health is up", "http://db.ns-alice.svc:5432/health is up"],
  ["GET /tokens 200 at 10:42:13", "GET /tokens 200 at 10:42:13"],
] as const)("in “%s” only what looks like a credential is masked", ([text, expected]) => {
  expect(none(text)).toBe(expected);
});

test("reaches every text of a report, and nothing but texts", () => {
  const mask = masker([secret({ password: "hunter22" })]);
  expect(maskedThrough({ a: ["hunter22", 1], b: { c: "x hunter22", d: undefined } }, mask)).toEqual({
    a: [MASK, 1],
    b: { c: `x ${MASK}`, d: undefined },
  });
});

test("masks a long log against a thousand Secrets", () => {
  const secrets = Array.from({ length: 1000 }, (_, index) => secret({ password: `secret-number-${index}` }));
  const mask = masker(secrets);
  const log = "a quite ordinary line of some log that says nothing\n".repeat(2_000);
  expect(mask(`${log}secret-number-999`)).toBe(`${log}${MASK}`);
});
