import { expect, test } from "vitest";
import { isOwnHost } from "./host.ts";

test.each(["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "hub.localhost", "HUB.example.org:8443"])(
  "%s is ours",
  (host) => expect(isOwnHost(host, "https://hub.example.org")).toBe(true),
);

test.each(["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "a b", "", null])(
  "%s may be anybody's",
  (host) => expect(isOwnHost(host, undefined)).toBe(false),
);
