import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answer } from "@/app/api/answer.test-support.ts";
import { Browser, type HubUnderTest, startHubUnderTest } from "@/lib/auth/testing/hub.ts";
import { ContentStore } from "@/lib/images/index.ts";
import { testManager } from "../../lib/manager/testing/stage.ts";
import { type HubResult, hub } from "./hub.ts";
import { authorityOf, startWeb } from "./web.ts";

interface Surroundings {
  onStderr?: (text: string) => void;
  env?: Record<string, string>;
  input?: string;
}

/** A person at a terminal: the real command line as a process, a Hub over HTTP, and its cluster with a manager running. */
export interface Desk {
  under: HubUnderTest;
  /** Where the person's files are. */
  home: string;
  /** The person's own, in which another cluster is already. */
  kubeconfig: string;
  /** In the browser. */
  alice: Browser;
  hub(args: string[], options?: Surroundings): Promise<HubResult>;
  /** Signs in with a device code, which alice confirms as soon as it is shown. */
  login(): Promise<HubResult>;
  close(): Promise<void>;
}

const OTHERS = `# Mine, with a comment.
apiVersion: v1
kind: Config
current-context: work
clusters:
  - name: work # far away
    cluster: { server: "https://work.test" }
users:
  - name: work
    user: { token: not-for-the-hub }
contexts:
  - name: work
    context: { cluster: work, user: work }
`;

/** @param images folders that are published, by the reference under which they are */
export async function openDesk(images: Record<string, string>): Promise<Desk> {
  const home = await mkdtemp(join(tmpdir(), "hub-home-"));
  const kubeconfig = join(home, "kubeconfig");
  await writeFile(kubeconfig, OTHERS);
  await chmod(kubeconfig, 0o644);
  const web = await startWeb();
  const under = await startHubUnderTest({ HUB_URL: web.url, HUB_DEMO: "1" });
  const like = await authorityOf(under.cluster.kubeconfig);
  under.config.kubernetes = { url: under.cluster.url, ...(like && { certificateAuthority: like }) };
  for (const [reference, folder] of Object.entries(images)) await under.publish(folder, reference);
  const manager = testManager({
    cluster: await under.cluster.account("sealos-system", "manager"),
    images: new ContentStore(under.config.contentDir),
  });
  await manager.start();
  const alice = new Browser(web.url, answer);
  await alice.signIn("alice");
  const run: Desk["hub"] = (args, options = {}) => {
    const env = { HOME: home, XDG_CONFIG_HOME: "", KUBECONFIG: kubeconfig, BROWSER: "true", ...options.env };
    return hub(args, { ...options, env, cwd: home });
  };
  return {
    ...{ under, home, kubeconfig, alice },
    hub: run,
    login: () => {
      let confirmed: Promise<Response> | undefined;
      return run(["login", under.config.url, "--device", "--json"], {
        onStderr(text) {
          const code = /code ([A-Z]{4}-[A-Z]{4})/.exec(text)?.[1];
          if (code && !confirmed)
            confirmed = alice.fetch(`/api/cli/requests/${code}`, { method: "POST", json: { approve: true } });
        },
      });
    },
    async close() {
      await manager.stop();
      await under.stop();
      web.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
