import { BlockList, isIP } from "node:net";

/** What is not on the internet: IANA's special-purpose registries for IPv4 and IPv6, multicast included. */
const special = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  special.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [
  ["::", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const)
  special.addSubnet(net, bits, "ipv6");

/** Whether an IP address is on the public internet; IPv4 inside IPv6 counts as what it stands for. */
export function isPublicAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const family = isIP(bare);
  if (family === 0) return false;
  // BlockList itself takes ::ffff:10.0.0.1 for 10.0.0.1.
  return !special.check(bare, family === 4 ? "ipv4" : "ipv6");
}

/**
 * The hosts that an administrator allows besides public ones, from words apart by commas or spaces: `registry.corp`,
 * `*.corp.example` (any depth), each with `:port` or without, which means every port.
 */
export function hostPatterns(text: string): (host: string) => boolean {
  const patterns = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  return (host) => {
    const whole = host.toLowerCase();
    const name = whole.replace(/:\d+$/, "");
    return patterns.some((pattern) => {
      const subject = /:\d+$/.test(pattern) ? whole : name;
      return pattern.startsWith("*.") ? subject.endsWith(pattern.slice(1)) : subject === pattern;
    });
  };
}
