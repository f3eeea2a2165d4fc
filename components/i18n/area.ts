/** Each area's messages are a file per locale, loaded only where the area is shown. */
export type Area =
  | "administration"
  | "cli"
  | "common"
  | "desktop"
  | "hub"
  | "installation"
  | "provider"
  | "publishing"
  | "reasons"
  | "signing"
  | "timeline"
  | "usage";
