import { checkParts, ImageError, readImage, unpackSubcharts } from "../images/index.ts";
import { evaluate, type Surroundings } from "./evaluate.ts";
import { complete, filesOf, settingsOf } from "./image.ts";

export interface Finding {
  level: "error" | "warning";
  message: string;
  zh?: string;
  file?: string;
  line?: number;
}

/** Everything that is wrong with a folder, each once: with its Kubefile, its manifests, actions and descriptions. */
export async function lint(kubefile: string, surroundings: Surroundings): Promise<Finding[]> {
  const found: Finding[] = [];
  const add = (error: ImageError) => {
    if (found.some(({ message }) => message === error.message)) return;
    const { message, zh, file, line } = error;
    found.push({
      level: "error",
      message,
      zh,
      ...(file ? { file } : {}),
      ...(line ? { line } : {}),
    });
  };
  const attempt = async (work: () => unknown) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      add(error);
    }
  };
  await attempt(async () => {
    const { stage, warnings } = await evaluate(kubefile, surroundings, { onError: add });
    for (const [message, zh] of warnings) found.push({ level: "warning", message, zh });
    complete(stage, surroundings.context, kubefile);
    const files = filesOf(stage);
    for (const error of checkParts(files)) add(error);
    await attempt(async () => {
      for (const message of readImage(await unpackSubcharts(files), settingsOf(stage)).warnings)
        found.push({ level: "warning", message });
    });
  });
  return found;
}
