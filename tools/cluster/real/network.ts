import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NODE_IP } from "./addresses.ts";
import type { Enclosure } from "./enclosure.ts";

/** Folders that the node's programs write to wherever they are told to work: an empty file system over each. */
const COVERED = ["/run", "/var/lib", "/var/log"];

/**
 * What the kubelet sets for the whole machine when it finds something else. A file over each makes it find what it
 * wants, so the machine keeps its own settings.
 */
const EXPECTED_SETTINGS: Record<string, string> = {
  "vm/overcommit_memory": "1",
  "vm/panic_on_oom": "0",
  "kernel/panic": "10",
  "kernel/panic_on_oops": "1",
  "kernel/keys/root_maxkeys": "1000000",
  "kernel/keys/root_maxbytes": "25000000",
};

/** Makes the inside fit for a node: file systems, settings, an interface with the node's address, a way out of it. */
export async function furnish(enclosure: Enclosure, dir: string): Promise<void> {
  for (const path of COVERED)
    await enclosure.mustRun("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", path);
  await enclosure.mustRun("mkdir", "-p", "/run/lock", "/run/netns", "/var/log/containers");
  const settings = join(dir, "settings");
  for (const [name, value] of Object.entries(EXPECTED_SETTINGS)) {
    const file = join(settings, name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, `${value}\n`);
    await enclosure.mustRun("mount", "--bind", file, `/proc/sys/${name}`);
  }
  await enclosure.mustRun("hostname", "node-1");
  const ip = (...args: string[]) => enclosure.mustRun("ip", ...args);
  await ip("link", "set", "lo", "up");
  // A pair that leads nowhere: an interface has to be up to carry an address that is not loopback.
  await ip("link", "add", "node", "type", "veth", "peer", "name", "nowhere");
  await ip("address", "add", `${NODE_IP}/24`, "dev", "node");
  await ip("link", "set", "nowhere", "up");
  await ip("link", "set", "node", "up");
  // Packets for services have to be routed somewhere before the packet filter turns them to a pod.
  await ip("route", "add", "default", "dev", "node");
  await enclosure.mustRun("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
}
