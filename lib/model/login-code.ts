/**
 * The code that terminal and browser both show when a command line signs in through a browser of the same machine: made
 * from its PKCE challenge, so that a page opened by another program shows another code. `ABCD-2345`.
 */
export async function loginCode(challenge: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(challenge));
  const letters = Array.from(new Uint8Array(digest).subarray(0, 8), (byte) => LETTERS[byte % LETTERS.length]);
  return `${letters.slice(0, 4).join("")}-${letters.slice(4).join("")}`;
}

/** 32 of them, without those that look alike. */
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
