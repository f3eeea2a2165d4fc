import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseChallenges } from "./auth.ts";
import { dockerCredentials, removeCredentials, saveCredentials } from "./docker-config.ts";

describe("credentials as docker keeps them", () => {
  let home = "";
  let env: Record<string, string>;
  const config = (value: object) => writeFile(join(home, ".docker", "config.json"), JSON.stringify(value));
  const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "hub-docker-"));
    env = { HOME: home, PATH: `${home}:${process.env.PATH}` };
    await mkdir(join(home, ".docker"));
    const helper = `#!/bin/sh
read server
case "$1 $server" in
"get helped.example") echo '{"Username":"h","Secret":"s"}' ;;
"get token.example") echo '{"Username":"<token>","Secret":"t"}' ;;
"get broken.example") echo "it is locked" >&2; exit 1 ;;
get*) echo "credentials not found in native keychain"; exit 1 ;;
*) echo "$1 $server" >> ${home}/calls ;;
esac
`;
    await writeFile(join(home, "docker-credential-test"), helper, { mode: 0o755 });
  });
  afterEach(() => rm(home, { recursive: true }));

  it("are found by host, however it is written", async () => {
    await config({
      auths: {
        "https://index.docker.io/v1/": auth("a:b:c"),
        "https://ghcr.io": auth("d:e"),
        "localhost:5000": {},
      },
    });
    const find = dockerCredentials(env);
    expect(await find("docker.io")).toEqual({ username: "a", password: "b:c" });
    expect(await find("ghcr.io")).toEqual({ username: "d", password: "e" });
    expect(await find("localhost:5000")).toBeUndefined();
    expect(await find("evil-ghcr.io")).toBeUndefined();
  });

  it("come from helpers, and from the file where a helper has none", async () => {
    await config({
      credHelpers: { "broken.example": "test" },
      credsStore: "test",
      auths: { "file.example": auth("f:g") },
    });
    const find = dockerCredentials(env);
    expect(await find("helped.example")).toEqual({ username: "h", password: "s" });
    expect(await find("token.example")).toMatchObject({ identityToken: "t" });
    expect(await find("file.example")).toEqual({ username: "f", password: "g" });
    await expect(find("broken.example")).rejects.toThrow("docker-credential-test get failed: it is locked");
  });

  it("come from podman's file too, and from REGISTRY_AUTH_FILE alone when it is set", async () => {
    await mkdir(join(home, ".config", "containers"), { recursive: true });
    await writeFile(
      join(home, ".config", "containers", "auth.json"),
      JSON.stringify({ auths: { "quay.io": auth("p:q") } }),
    );
    expect(await dockerCredentials(env)("quay.io")).toEqual({ username: "p", password: "q" });
    const other = { ...env, REGISTRY_AUTH_FILE: join(home, "none.json") };
    expect(await dockerCredentials(other)("quay.io")).toBeUndefined();
  });

  it("are kept in a file that only its owner reads, beside what was there", async () => {
    await config({ auths: { "a.example": auth("a:a") }, psFormat: "x" });
    await saveCredentials("b.example", { username: "b", password: "secret" }, env);
    const file = join(home, ".docker", "config.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
      psFormat: "x",
      auths: { "a.example": {} },
    });
    expect(await dockerCredentials(env)("b.example")).toEqual({ username: "b", password: "secret" });
    expect(await removeCredentials("b.example", env)).toBe(true);
    expect(await removeCredentials("b.example", env)).toBe(false);
    expect(await dockerCredentials(env)("a.example")).toEqual({ username: "a", password: "a" });
  });

  it("go to the helper when the file names one, and not into the file", async () => {
    await config({ credsStore: "test" });
    await saveCredentials("new.example", { username: "n", password: "secret" }, env);
    expect(await readFile(join(home, "calls"), "utf8")).toContain('"Secret":"secret"');
    expect(await readFile(join(home, ".docker", "config.json"), "utf8")).not.toContain("secret");
  });

  it("a broken file is named without showing any of it", async () => {
    await writeFile(join(home, ".docker", "config.json"), '{"auths": {"x": {"auth": "c2VjcmV0"');
    const error = await dockerCredentials(env)("x").catch((thrown: Error) => thrown);
    expect(String(error)).toContain("config.json is not JSON");
    expect(String(error)).not.toContain("c2VjcmV0");
  });
});

describe("a registry's challenge", () => {
  it.each([
    ['Basic realm="x"', [{ scheme: "basic", parameters: { realm: "x" } }]],
    [
      'Bearer realm="https://a/t?x=1,2",service="s",scope="repository:a:pull,push"',
      [
        {
          scheme: "bearer",
          parameters: { realm: "https://a/t?x=1,2", service: "s", scope: "repository:a:pull,push" },
        },
      ],
    ],
    [
      'Negotiate, basic realm="a \\"b\\"", Bearer realm=c',
      [
        { scheme: "negotiate", parameters: {} },
        { scheme: "basic", parameters: { realm: 'a "b"' } },
        { scheme: "bearer", parameters: { realm: "c" } },
      ],
    ],
    ["", []],
  ])("%s is read", (header, challenges) => {
    expect(parseChallenges(header)).toEqual(challenges);
  });
});
