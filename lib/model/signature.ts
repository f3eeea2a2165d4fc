/** Whether one of an organization's keys signed an image: the reasons of the condition `Verified`. */
export type SignatureState = "Signed" | "Unsigned" | "WrongKey" | "NoKeys";

export type SignatureVerdict =
  | { state: "Signed" /** The key's fingerprint. */; key: string }
  | { state: Exclude<SignatureState, "Signed"> };
