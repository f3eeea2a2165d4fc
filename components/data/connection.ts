import { create } from "zustand";

export interface ConnectionState {
  /** The tab's stream: never opened, opening, up, or lost and being tried again. */
  stream: "idle" | "connecting" | "open" | "lost";
  /** Whether the web server reaches the API server. */
  clusterReachable: boolean;
  /** Set once the session is gone; the page stays and asks to sign in again. */
  signedOut: false | "expired" | "signed-out" | "forbidden";
}

/** What the banner and the sign-in dialog look at. */
export const useConnection = create<ConnectionState>(() => ({
  stream: "idle",
  clusterReachable: true,
  signedOut: false,
}));

export const connection = {
  stream: (stream: ConnectionState["stream"]) => useConnection.setState({ stream }),
  cluster: (clusterReachable: boolean) => useConnection.setState({ clusterReachable }),
  signedOut: (reason: Exclude<ConnectionState["signedOut"], false>) =>
    useConnection.setState({ signedOut: reason }),
  signedIn: () => useConnection.setState({ signedOut: false }),
};
