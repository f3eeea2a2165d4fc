/** An uninstalled app that can be restored. */
export interface BinEntry {
  /** Of the record. */
  name: string;
  /** Its name while it was installed, and again once it is restored. */
  installation: string;
  title: string;
  image: string;
  /** RFC 3339, as is `expiresAt`. */
  removedAt: string;
  /** When it is deleted for good; absent: never. */
  expiresAt?: string;
  volumes: { name: string; bytes: number }[];
  secrets: number;
  /** Whether something is installed under its name. */
  taken: boolean;
}

/** Name of the record of an installation, by its name and uid: known before it is uninstalled. */
export function binName(installation: string, uid: string): string {
  return `${installation}.bin.${uid.slice(0, 8)}`;
}
