import { expect, test } from "vitest";
import { Cluster } from "../../cluster/index.ts";
import { masked } from "./masked.ts";
import { ownImageOf, secretTexts } from "./own-image.ts";

test("a Secret that was made from a file with a new line at its end is masked where it is printed without", async () => {
  const data = { password: Buffer.from("hunter-2\n").toString("base64") };
  const cluster = { get: async () => ({ data }) } as unknown as Cluster;
  const own = {
    image: "db:1",
    env: {},
    secrets: { PASSWORD: { name: "root", key: "password" } },
    shown: new Set<string>(),
  };
  const texts = await secretTexts(cluster, "ns-a", own);
  expect(masked("with hunter-2 as root\nhunter-2\n", texts)).toBe("with •••• as root\n••••\n");
});

const secret = (name: string, key: string, shown?: boolean) => ({ secret: { name, key, shown } });

test("a Secret that comes out without a name is left out, and what may be shown is not hidden", async () => {
  const own = await ownImageOf({
    action: {
      name: "ask",
      inputs: [],
      image: "${{ object.spec.image }}",
      env: {
        USER_NAME: secret("${{ object.spec.secret }}", "user", true),
        PASSWORD: secret("${{ object.spec.secret }}", "password"),
        TOKEN: secret("${{ object.spec.token?.name }}", "${{ object.spec.token?.key }}"),
      },
    },
    scope: { object: { spec: { image: "server:1", secret: "root" } } },
  });
  expect(own?.image).toBe("server:1");
  expect(own?.secrets).toEqual({
    USER_NAME: { name: "root", key: "user" },
    PASSWORD: { name: "root", key: "password" },
  });
  const cluster = Cluster.at("http://127.0.0.1:9");
  const data = { user: btoa("admin"), password: btoa("sesame") };
  cluster.get = async <T>() => ({ data }) as T;
  expect(own && (await secretTexts(cluster, "ns-a", own))).toEqual(["sesame"]);
});
