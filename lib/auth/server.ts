import { Cluster } from "../cluster/index.ts";
import { type HubConfig, readConfig } from "../hub/config.ts";
import { createHub, type Hub } from "../hub/hub.ts";
import { createLogger, type Logger } from "../hub/log.ts";
import * as operations from "../hub/operations.ts";
import { workingFor } from "../images/index.ts";
import type { SignInOptions } from "../model/session-views.ts";
import { serveEndpoints } from "../observe/endpoints.ts";
import { CliLimits } from "./cli-limits.ts";
import { setServer } from "./handle.ts";
import { AuthHandler } from "./handler.ts";
import { identify, requireVisitor, type Visitor } from "./identify.ts";
import { demoAccounts } from "./person.ts";
import { sessionSecret } from "./secret.ts";

/** What routes reach: the hub, who is asking, and what can be done. */
export interface Server {
  hub: Hub;
  operations: typeof operations;
  /** By whom work on images' expressions is shared out. */
  workingFor: typeof workingFor;
  /** Everything below `/api/auth/`. */
  authenticate(request: Request, segments: string[]): Promise<Response>;
  identify(request: Request): Promise<Visitor | undefined>;
  requireVisitor(request: Request): Promise<Visitor>;
  /** How often the steps of a command line's sign-in may be tried. */
  cliLimits: CliLimits;
  signInOptions(): SignInOptions;
  stop(): void;
}

/** Builds the server on a cluster. Returns at once; the first requests wait for the session key. */
export function createServer(cluster: Cluster, config: HubConfig, log: Logger): Server {
  const hub = createHub(config, cluster, log);
  let loading: Promise<{ secret: string; handler: AuthHandler }> | undefined;
  const loaded = () => {
    loading ??= sessionSecret(cluster, config.systemNamespace, process.env.NEXTAUTH_SECRET)
      .then((secret) => ({ secret, handler: new AuthHandler(hub, secret) }))
      .catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
    return loading;
  };
  return {
    hub,
    operations,
    workingFor,
    authenticate: async (request, segments) => (await loaded()).handler.handle(request, segments),
    identify: async (request) => identify(hub, (await loaded()).secret, request),
    requireVisitor: async (request) => requireVisitor(hub, (await loaded()).secret, request),
    cliLimits: new CliLimits(config.signInLimit),
    signInOptions: () => ({
      demo: config.demo ? demoAccounts : [],
      ...(config.oidc && { oidc: { name: config.oidc.name } }),
      ...(config.github && { github: true as const }),
    }),
    stop: () => hub.stop(),
  };
}

/** Called once per process, by instrumentation.ts. Throws what is wrong with the environment. */
export function startServer(): void {
  const log = createLogger();
  const config = readConfig(process.env);
  const { hub, ...rest } = createServer(Cluster.fromEnvironment(), config, log);
  setServer({ hub, ...rest });
  if (config.metrics)
    serveEndpoints({
      ...config.metrics,
      registry: hub.metrics.registry,
      measure: () => hub.informers.measure(),
      ready: () => hub.ready(),
    }).catch((err: unknown) => log.error({ err }, "the metrics cannot be served"));
  log.info({ url: config.url, demo: config.demo }, "web server started");
}
