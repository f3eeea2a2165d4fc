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
  icon: 256 * KiB,
  /** Count, per image, after rendering. */
  objects: 500,
  /** Nodes of one YAML document once its aliases are followed; a large CRD has some 30,000. */
  yamlNodes: 200_000,
  yamlDepth: 100,
  /** Characters of one input's value. */
  input: 64 * KiB,
} as const;
