/** Reads cluster images: files into `ImageContent`, expressions, content store. */
export { type ExpandedText, expandBlocks, type ManifestTemplate, readTemplate } from "./blocks.ts";
export { buildContent } from "./content.ts";
export { describeImage, type ImageDescription } from "./describe.ts";
export { ImageError } from "./error.ts";
export { type ExpressionText, hasExpression, splitExpressions, type TextPart } from "./expression-text.ts";
export {
  ExpressionError,
  type ExpressionLimits,
  Expressions,
  expressionLimits,
  type Outcome,
  type Scope,
  type Task,
  type Value,
} from "./expressions.ts";
export { readFolder } from "./folder.ts";
export { iconHeaders, readIcon } from "./icon.ts";
export { limits } from "./limits.ts";
export { type Files, readImage } from "./read.ts";
export { ContentStore, type StoredContent, type StoredImage, sha256 } from "./store.ts";
export { parseYaml, YamlDocument, type YamlNode, type YamlPair } from "./yaml.ts";
