import { spawn } from "node:child_process";

/** Opens an address in the person's browser if there is one. Whether it did, nobody tells: the address is printed, too. */
export function openBrowser(address: string, env: NodeJS.ProcessEnv): void {
  // BROWSER is what xdg-open and others go by.
  const program =
    env.BROWSER ||
    (process.platform === "darwin" ? "open" : process.platform === "win32" ? "explorer" : "xdg-open");
  const child = spawn(program, [address], { stdio: "ignore", detached: true, env });
  child.on("error", () => undefined);
  child.unref();
}
