import type { Container } from "./types.ts";

/** How a program ends whose end the simulation knows, and what it says before. */
export interface ProgramEnd {
  exitCode: number;
  lines: string[];
}

type Variables = Record<string, string>;

/** Programs by their images; of all others the simulation knows nothing. */
const PROGRAMS: { images: RegExp; end(variables: Variables): ProgramEnd }[] = [
  { images: /\/postgres-operator\/logical-backup\b/, end: logicalBackup },
];

/** What is known of a container's program by its image and its plain variables. */
export function knownProgram({ image = "", env = [] }: Container): ProgramEnd | undefined {
  const program = PROGRAMS.find(({ images }) => images.test(image));
  return program?.end(Object.fromEntries(env.map(({ name, value = "" }) => [name, value])));
}

/** Zalando's dump script: it streams to a bucket, and fails where no administrator has named one. */
function logicalBackup(variables: Variables): ProgramEnd {
  const bucket = variables.LOGICAL_BACKUP_S3_BUCKET ?? "";
  const suffix = variables.LOGICAL_BACKUP_S3_BUCKET_SCOPE_SUFFIX ?? "";
  const folder = `${variables.LOGICAL_BACKUP_S3_BUCKET_PREFIX ?? ""}/${variables.SCOPE ?? ""}${suffix}`;
  const to = `s3://${bucket}/${folder}/logical_backups/`;
  const lines = ["+ dump", "+ compress", "+ upload", `+ aws s3 cp - ${to}`];
  return bucket
    ? { exitCode: 0, lines: [...lines, "no retention time configured: skip cleanup of outdated backups"] }
    : {
        exitCode: 1,
        lines: [...lines, `upload failed: - to ${to} Invalid bucket name "": no bucket is set`],
      };
}
