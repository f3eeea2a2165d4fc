/** Reads cluster images: files into `ImageContent`, expressions, content store. */

export { imageAnnotations } from "./annotations.ts";
export { type ExpandedText, expandBlocks, type ManifestTemplate, readTemplate } from "./blocks.ts";
export { type ForeignCommand, filesNamed, type KubectlStep, readCommands } from "./commands.ts";
export { buildContent } from "./content.ts";
export { describeImage, type ImageDescription } from "./describe.ts";
export { ImageError, type Sentence } from "./error.ts";
export { type ExpressionText, hasExpression, splitExpressions, type TextPart } from "./expression-text.ts";
export {
  ExpressionError,
  type ExpressionLimits,
  Expressions,
  type Outcome,
  type Scope,
  type Task,
  type Value,
} from "./expressions.ts";
export { readFolder } from "./folder.ts";
export { iconHeaders, readIcon } from "./icon.ts";
export { isLayerType, packLayer, readLayers, unpackArchive, unpackLayer } from "./layer.ts";
export { limits } from "./limits.ts";
export { checkParts } from "./parts.ts";
export { letters } from "./random.ts";
export { type Files, readImage } from "./read.ts";
export { readImageApart } from "./read-apart.ts";
export { Readings, type StoredContent } from "./readings.ts";
export { isRecord } from "./scan.ts";
export { type ImageSettings, settingsOf } from "./settings.ts";
export { splitHeader } from "./split.ts";
export { ContentStore, type StoredImage, sha256 } from "./store.ts";
export { chartOf, unpackSubcharts } from "./subcharts.ts";
export { workingFor } from "./turns.ts";
export { ImageUnavailable } from "./unavailable.ts";
export { asIs, parseYaml, parseYamlInTurn, YamlDocument, type YamlNode, type YamlPair } from "./yaml.ts";
