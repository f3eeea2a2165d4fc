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
  /** Files and folders that an image's commands name; real ones name some dozen. */
  commandPaths: 500,
  /** Expressions of one manifest file; real ones have some hundreds. */
  expressions: 5000,
  /** YAML documents of one file, empty ones too. */
  documents: 2000,
  icon: 256 * KiB,
  /** Count, per image, after rendering. */
  objects: 500,
  /** Nodes of one YAML document once its aliases are followed; a large CRD has some 30,000. */
  yamlNodes: 200_000,
  /** And for each of its characters, so that many small documents do not all unfold so far. One without aliases has at most 0.5. */
  yamlNodesPerCharacter: 16,
  yamlDepth: 100,
  /**
   * Tokens of one YAML document, as the library's lexer gives them, without blanks. Each takes some microseconds. The densest
   * that people write, a `List` of small objects as JSON in one line, has some 360,000 in a MiB.
   */
  yamlTokens: 400_000,
  /** Characters of one input's value. */
  input: 64 * KiB,
  /** Bytes of all inputs of one Installation or ActionRun together. Real ones have some hundreds. */
  inputs: 256 * KiB,
} as const;
