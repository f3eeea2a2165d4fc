/** How a tab that just signed in tells the other tabs of this browser. */
const CHANNEL = "session";

export function announceSignIn(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("signed-in");
  channel.close();
}

/** Calls `run` when another tab signs in. Returns how to stop listening. */
export function onSignInElsewhere(run: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = run;
  return () => channel.close();
}
