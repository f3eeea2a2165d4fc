import { expect, test } from "vitest";
import type { Cluster } from "../../cluster/index.ts";
import { masked } from "./masked.ts";
import { secretTexts } from "./own-image.ts";

test("a Secret that was made from a file with a new line at its end is masked where it is printed without", async () => {
  const data = { password: Buffer.from("hunter-2\n").toString("base64") };
  const cluster = { get: async () => ({ data }) } as unknown as Cluster;
  const own = { image: "db:1", env: {}, secrets: { PASSWORD: { name: "root", key: "password" } } };
  const texts = await secretTexts(cluster, "ns-a", own);
  expect(masked("with hunter-2 as root\nhunter-2\n", texts)).toBe("with •••• as root\n••••\n");
});
