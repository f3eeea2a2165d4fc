import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { packLayer } from "../images/index.ts";
import { mediaTypes, sha256 } from "../oci/index.ts";
import { ignoring } from "./context.ts";
import { type BaseImage, evaluate, type Surroundings } from "./evaluate.ts";

const folder = {
  "app.yaml": "app",
  "README.md": "readme",
  "manifests/a.yaml": "a",
  "manifests/b.yaml": "b",
  "manifests/deep/c.yaml": "c",
  "run.sh": "#!/bin/sh",
  "with space.txt": "space",
};

function surroundings(changes: Partial<Surroundings> = {}): Surroundings {
  const files = new Map(Object.entries(folder).map(([path, text]) => [path, Buffer.from(text)]));
  return {
    context: { files, executable: new Set(["run.sh"]), ignores: ignoring("secret") },
    file: "Kubefile",
    args: new Map(),
    base: async (reference) => Promise.reject(new Error(`no ${reference}`)),
    fetch: async (url) => Promise.reject(new Error(`no ${url}`)),
    ...changes,
  };
}

const built = async (lines: string[], changes: Partial<Surroundings> = {}) =>
  (await evaluate(["FROM scratch", ...lines].join("\n"), surroundings(changes))).stage;
const paths = async (...lines: string[]) => [...(await built(lines)).files.keys()].sort();
const refused = (lines: string[], changes?: Partial<Surroundings>) => expect(built(lines, changes)).rejects;

describe("COPY", () => {
  it.each([
    ["COPY . .", Object.keys(folder).sort()],
    ["COPY app.yaml /", ["app.yaml"]],
    ["COPY app.yaml other.yaml", ["other.yaml"]],
    ["COPY app.yaml other/", ["other/app.yaml"]],
    ["COPY manifests /", ["a.yaml", "b.yaml", "deep/c.yaml"]],
    ["COPY manifests/*.yaml m/", ["m/a.yaml", "m/b.yaml"]],
    ["COPY manifests/** m/", ["m/a.yaml", "m/b.yaml", "m/c.yaml"]],
    ["COPY app.yaml README.md ./", ["README.md", "app.yaml"]],
    ['COPY ["with space.txt", "a b.txt"]', ["a b.txt"]],
    ["COPY --exclude=manifests/deep manifests m", ["m/a.yaml", "m/b.yaml"]],
    ["WORKDIR /x\nCOPY app.yaml y/", ["x/y/app.yaml"]],
    ["COPY <<EOF app.yaml\nkind: $X\nEOF", ["app.yaml"]],
  ])("%s", async (line, expected) => {
    expect(await paths(line)).toEqual(expected);
  });

  it("keeps what may be run, and --chmod decides otherwise", async () => {
    const { executable } = await built([
      "COPY run.sh a.sh",
      "COPY --chmod=644 run.sh b.sh",
      "COPY --chmod=755 app.yaml c",
    ]);
    expect([...executable].sort()).toEqual(["a.sh", "c"]);
  });

  it("writes what stands in the Kubefile, variables replaced unless its mark is quoted", async () => {
    const { files } = await built(["ENV X=1", "COPY <<A <<'B' m/", "x: $X", "A", "x: $X", "B"]);
    expect(String(files.get("m/A"))).toBe("x: 1\n");
    expect(String(files.get("m/B"))).toBe("x: $X\n");
  });

  it("refuses what is not there, what is left out and what is elsewhere, with the line", async () => {
    await refused(["COPY nothing ."]).toThrow("Kubefile:2: there is no nothing to copy");
    await refused(["COPY secret ."]).toThrow(".dockerignore");
    await refused(["COPY ../../etc/passwd ."]).toThrow("leaves the folder");
    await refused(["COPY app.yaml"]).toThrow("write COPY SOURCE… DESTINATION");
    await refused(["COPY --parents app.yaml ."]).toThrow("--parents");
  });
});

describe("ADD", () => {
  it("unpacks archives of the folder", async () => {
    const tar = gzipSync(await packLayer(new Map([["inner/x.yaml", Buffer.from("x")]])));
    const context = { ...surroundings().context, files: new Map([["chart.tgz", tar]]) };
    expect([...(await built(["ADD chart.tgz chart/"], { context })).files.keys()]).toEqual([
      "chart/inner/x.yaml",
    ]);
  });

  it("takes from an address what the checksum says, and nothing else", async () => {
    const data = Buffer.from("data");
    const fetch = async () => data;
    const right = `ADD --checksum=${sha256(data)} https://example.com/x/a.txt files/`;
    expect([...(await built([right], { fetch })).files.keys()]).toEqual(["files/a.txt"]);
    await refused([right.replace(/:[0-9a-f]{4}/, ":0000")], { fetch }).toThrow("nothing of it is used");
    await refused(["ADD https://example.com/a ."], { fetch }).toThrow("--checksum");
    await refused(["ADD git@example.com:a/b.git ."], { fetch }).toThrow("--checksum");
  });
});

describe("instructions", () => {
  it("set what the image's configuration says", async () => {
    const stage = await built(
      [
        "ARG V=1",
        "ENV A=x$V B=\"${A:-none} ${C:-none} \\$D\" E='$V'",
        "LABEL a.b=${V} c='d e'",
        'CMD ["kubectl", "apply -f x"]',
        "ENTRYPOINT bash x.sh",
      ],
      { args: new Map([["V", "2"]]) },
    );
    expect(Object.fromEntries(stage.env)).toMatchObject({ A: "x2", E: "$V" });
    expect(stage.env.get("B")).toContain("none");
    expect(Object.fromEntries(stage.labels)).toEqual({ "a.b": "2", c: "d e" });
    expect(stage.cmd).toEqual(["kubectl", "apply -f x"]);
    expect(stage.entrypoint).toEqual(["/bin/sh", "-c", "bash x.sh"]);
  });

  it("RUN is refused with its line and a way around it", async () => {
    await refused(["COPY . .", "RUN make"]).toThrow(/^Kubefile:3: RUN is not carried out.*COPY/);
  });

  it("a word that is none, and one before FROM, are refused", async () => {
    await refused(["COPPY . ."]).toThrow("COPPY is not an instruction");
    await expect(evaluate("COPY . .", surroundings())).rejects.toThrow("comes before FROM");
    await expect(evaluate("# nothing", surroundings())).rejects.toThrow("begin it with FROM scratch");
  });

  it("say in Chinese what is wrong as well", async () => {
    const error = await built(["RUN make"]).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ zh: expect.stringMatching(/^Kubefile:2: 不执行 RUN/) });
  });

  it("without effect give a warning", async () => {
    const { warnings } = await evaluate("FROM scratch\nEXPOSE 80", surroundings());
    expect(warnings[0]?.[0]).toContain("Kubefile:2: EXPOSE has no effect");
  });

  it("are all tried when everything wrong is wanted", async () => {
    const lines: (number | undefined)[] = [];
    const text = "FROM scratch\nRUN a\nCOPY x y\nCOPY app.yaml .";
    const { stage } = await evaluate(text, surroundings(), { onError: ({ line }) => lines.push(line) });
    expect(lines).toEqual([2, 3]);
    expect([...stage.files.keys()]).toEqual(["app.yaml"]);
  });
});

describe("stages", () => {
  const base: BaseImage = {
    manifest: { schemaVersion: 2, config: { mediaType: mediaTypes.config, digest: "", size: 0 }, layers: [] },
    diffIds: ["sha256:1"],
    settings: { Env: ["A=1"], Labels: { l: "m" }, Cmd: ["x"] },
    files: new Map([["base.yaml", Buffer.from("base")]]),
  };

  it("copy from each other and from images, and the last one counts", async () => {
    const text = [
      "ARG FROM=scratch",
      "FROM $FROM AS Files",
      "COPY manifests /m",
      "FROM scratch",
      "COPY --from=files /m/a.yaml /from-stage.yaml",
      "COPY --from=0 m/b.yaml /",
      "COPY --from=example.com/other:1 base.yaml /",
    ].join("\n");
    const { stage } = await evaluate(text, surroundings({ base: async () => base }));
    expect([...stage.files.keys()].sort()).toEqual(["b.yaml", "base.yaml", "from-stage.yaml"]);
  });

  it("build upon another image and keep what it says", async () => {
    const { stage } = await evaluate(
      "FROM example.com/a:1\nENV B=2",
      surroundings({ base: async () => base }),
    );
    expect(Object.fromEntries(stage.env)).toEqual({ A: "1", B: "2" });
    expect(stage.cmd).toEqual(["x"]);
    expect(stage.base?.diffIds).toEqual(["sha256:1"]);
  });

  it("end at the one that is asked for", async () => {
    const text = "FROM scratch AS One\nCOPY app.yaml .\nFROM One AS two\nCOPY README.md .";
    const { stage } = await evaluate(text, surroundings(), { target: "one" });
    expect([...stage.files.keys()]).toEqual(["app.yaml"]);
    await expect(evaluate(text, surroundings(), { target: "three" })).rejects.toThrow("no stage three");
  });
});
