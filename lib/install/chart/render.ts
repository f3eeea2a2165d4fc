import type { Cluster } from "../../cluster/index.ts";
import type { Sentence } from "../../images/index.ts";
import type { ImageContent } from "../../model/image.ts";
import { ProblemError } from "../../model/problem.ts";
import { because } from "../../model/reasons.ts";
import { asProblem } from "../render-problem.ts";
import type { RenderContext } from "../render-types.ts";
import { resolveValues, systemScope } from "../values.ts";
import { type ChartDocument, documentsOf, steady } from "./drawn.ts";
import { type HelmInput, helmTemplate } from "./helm.ts";
import { chartValues } from "./values.ts";

export interface ChartRequest {
  content: ImageContent;
  /** Name of the installation, which is the release's. */
  name: string;
  inputs: Readonly<Record<string, string>>;
  drawn: Readonly<Record<string, string>>;
  context: RenderContext;
  /** What an earlier revision of the installation was rendered to: what was drawn then stays. */
  earlier?: readonly ChartDocument[] | undefined;
}

const RELEASE = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/**
 * The chart's documents as Helm renders them for this cluster; undefined for an image without one.
 * @throws ProblemError `input-invalid` for values that the chart's schema refuses, `image-invalid` for a chart that does not
 *   render, `tool-missing` without Helm
 */
export async function renderChart(
  cluster: Cluster,
  request: ChartRequest,
): Promise<ChartDocument[] | undefined> {
  const { content, name, context, earlier } = request;
  const { chart } = content;
  if (!chart) return undefined;
  if (!RELEASE.test(name) || name.length > 53) {
    throw broken([
      `Helm takes a name of at most 53 lower-case letters, digits and '-', not ${name}`,
      `Helm 的名称最多 53 个小写字母、数字和“-”，不能是 ${name}`,
    ]);
  }
  const resolved = await resolveValues(content, request.inputs, request.drawn, context);
  const values = await chartValues(content, chart, { ...systemScope(context), ...resolved });
  const input: HelmInput = {
    files: chart.files,
    values,
    release: name,
    namespace: context.namespace,
    ...(await capabilities(cluster)),
  };
  const render = async () => {
    const outcome = await helmTemplate(input);
    if ("failed" in outcome) throw failure(outcome.failed, chart.inputs);
    return documentsOf(outcome.text);
  };
  try {
    const [first, second] = await Promise.all([render(), render()]);
    return steady(first, second, earlier);
  } catch (error) {
    throw asProblem(error);
  }
}

async function capabilities(cluster: Cluster): Promise<Pick<HelmInput, "kubeVersion" | "apiVersions">> {
  const [version, types] = await Promise.all([
    cluster.request("GET", "/version") as Promise<{ gitVersion?: string }>,
    cluster.discovery.all(),
  ]);
  const served = types.flatMap((type) => {
    const group = type.group ? `${type.group}/${type.version}` : type.version;
    return [group, `${group}/${type.kind}`];
  });
  const kubeVersion = /^v?\d+\.\d+\.\d+/.exec(version.gitVersion ?? "")?.[0] ?? "v1.36.0";
  return { kubeVersion, apiVersions: [...new Set(served)].sort() };
}

/** Helm's refusal; where the chart's schema refuses a value, the input that it came from. */
function failure(sentence: Sentence, inputs: Readonly<Record<string, string>>): ProblemError {
  const said = [...sentence[0].matchAll(/at '(\/[^']*)': (.+)/g)].map(([, pointer = "", message = ""]) => ({
    path: pointer.slice(1).split("/").join("."),
    message,
  }));
  const fields = said.flatMap(({ path, message }) =>
    Object.entries(inputs).flatMap(([field, at]) =>
      at === path ? [{ field, message, ...because("chart-value", { text: message }) }] : [],
    ),
  );
  const [first] = fields;
  if (!first) return broken(sentence);
  return new ProblemError("input-invalid", `${first.field}: ${first.message}.`, {
    ...because("inputs-invalid", { names: fields.map(({ field }) => field).join(", ") }),
    fields,
  });
}

function broken([text, zh]: Sentence): ProblemError {
  return new ProblemError(
    "image-invalid",
    `The chart cannot be rendered: ${text}`,
    because("chart-broken", { text, "text-zh": zh }),
  );
}
