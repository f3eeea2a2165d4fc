/** Whether one of an organization's keys signed an image: the reasons of the condition `Verified`. */
export const signatureStates = ["Signed", "Unsigned", "WrongKey", "NoKeys"] as const;
export type SignatureState = (typeof signatureStates)[number];

export type SignatureVerdict =
  | { state: "Signed" /** The key's fingerprint. */; key: string }
  | { state: Exclude<SignatureState, "Signed"> };
