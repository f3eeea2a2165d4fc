const KiB = 1024;
const MiB = 1024 * KiB;

/** How large an image may be, in bytes unless said otherwise. */
export const limits = {
  layer: 32 * MiB,
  unpacked: 128 * MiB,
  /** Count. */
  files: 2000,
  readme: 512 * KiB,
  manifest: MiB,
  /** All manifest files together: reading takes some seconds per MiB of hostile YAML. */
  manifests: 4 * MiB,
  /** All files of a Helm chart together; Helm itself takes no single file over 5 MiB. */
  chart: 8 * MiB,
  chartFile: 5 * MiB,
  /** What packed charts may unpack to, subcharts included, with tar's padding and headers. */
  chartArchives: 16 * MiB,
  /** Files that commands run with, before they are packed for the cluster. */
  workspace: 16 * MiB,
  /** Expressions of one manifest file; real ones have some hundreds. */
  expressions: 5000,
  /** YAML documents of one file, empty ones too. */
  documents: 2000,
  icon: 256 * KiB,
  /** Count, per image, after rendering. */
  objects: 500,
  /** Nodes of one YAML document once its aliases are followed; a large CRD has some 30,000. */
  yamlNodes: 200_000,
  yamlDepth: 100,
  /** Tokens of one YAML document, as the library's lexer gives them; a CRD of 600 KiB has some 95,000. */
  yamlTokens: 120_000,
  /** Characters of one input's value. */
  input: 64 * KiB,
  /** Bytes of all inputs of one Installation or ActionRun together. Real ones have some hundreds. */
  inputs: 256 * KiB,
} as const;
