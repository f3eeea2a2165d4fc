/** What the host and the supervisor inside the namespaces say to each other, as JSON over Node's IPC channel. */

export interface ProcessSpec {
  name: string;
  program: string;
  args: string[];
  env?: Record<string, string>;
  /** File that its output is added to. */
  log: string;
}

export type Order =
  | ({ do: "start" } & ProcessSpec)
  | { do: "run"; program: string; args: string[]; input?: string }
  | { do: "signal"; name: string; signal: NodeJS.Signals }
  | { do: "restart"; name: string }
  /** Comes with a listening socket of the host, whose connections go to this address inside. */
  | { do: "forward"; host: string; port: number }
  | { do: "stop" };

export type Request = { id: number } & Order;

export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

export type Reply =
  | { id: number; value?: number | RunResult }
  | { id: number; error: string }
  /** A process ended that nobody had asked to. */
  | { ended: string; how: string };

/** What the supervisor removes if the host dies. */
export interface Home {
  /** Where the cluster keeps its files. */
  dir: string;
  /** Whether that folder goes with the cluster. */
  owned: boolean;
  cgroup: string;
}
