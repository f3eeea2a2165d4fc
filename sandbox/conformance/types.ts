/** One request of the battery. `{ns}` in path and body stands for the group's own namespace. */
export interface Step {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  contentType?: string;
  /** Impersonated user. */
  as?: string;
}

/** Requests that are sent one after the other into a namespace of their own. */
export interface Group {
  name: string;
  steps: Step[];
}

/** What was answered, without what differs from run to run. */
export interface Answer {
  status: number;
  body: unknown;
}
