/** Makes cluster images of folders: Kubefiles, lint, new folders. Knows no cluster and runs nothing. */
export { type ImportedChart, importChart, readChartSource } from "./chart.ts";
export { type BuildContext, readContext } from "./context.ts";
export { BuildError } from "./error.ts";
export { type BaseImage, evaluate, type Surroundings } from "./evaluate.ts";
export { type BuiltImage, complete, writeImage } from "./image.ts";
export { type Finding, lint } from "./lint.ts";
export { folderOf, type NewFolder } from "./scaffold.ts";
export { importTemplate } from "./template.ts";
