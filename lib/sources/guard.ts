import { type LookupAddress, lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, fetch as send } from "undici";
import { OciError } from "../oci/index.ts";
import { isPublicAddress } from "./addresses.ts";

export interface GuardOptions {
  /** Hosts (`host` or `host:port`) that an administrator allows wherever they are, and without TLS. */
  allowed(host: string): boolean;
  /** For tests; default: the system's. */
  lookup?: typeof systemLookup;
}

/**
 * A `fetch` that connects to public addresses only. A name is looked up once for a connection and the connection goes
 * to the address that was judged, so that a second answer of the name's server decides nothing. Redirects are not
 * followed here: whoever does asks again with the new address, which is judged in its turn.
 */
export function guardedFetch({ allowed, lookup = systemLookup }: GuardOptions): typeof fetch {
  const judged: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, "", 0);
      const addresses = found as LookupAddress[];
      const refused = addresses.find(({ address }) => !isPublicAddress(address));
      const [first] = addresses;
      if (refused) return callback(forbidden(hostname, refused.address), "", 0);
      if (!first) return callback(new Error(`${hostname} has no address`), "", 0);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
  const limits = { connections: 16, headersTimeout: 60_000, bodyTimeout: 60_000 };
  const guarded = new Agent({ ...limits, connect: { lookup: judged, timeout: 10_000 } });
  const open = new Agent({ ...limits, connect: { timeout: 10_000 } });
  const guard = async (input: string | URL | Request, init: RequestInit = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const free = allowed(url.host);
    if (!free) {
      const bare = url.hostname.replace(/^\[|\]$/g, "");
      // Sockets ask no lookup for what is an address already.
      if (isIP(bare) !== 0 && !isPublicAddress(bare)) throw forbidden(url.host, bare);
      if (url.protocol !== "https:") throw unencrypted(url.host);
    }
    const options = { ...init, redirect: "manual", dispatcher: free ? open : guarded };
    // undici's own classes are those of the platform by another name.
    return (await send(url, options as Parameters<typeof send>[1])) as unknown as Response;
  };
  return guard as typeof fetch;
}

function forbidden(host: string, address: string): OciError {
  return new OciError(
    "forbidden-address",
    `${host} is at ${address}, which is not on the internet, so it is not connected to. An administrator of the Hub can allow the host (REGISTRY_ALLOW).`,
  );
}

function unencrypted(host: string): OciError {
  return new OciError(
    "forbidden-address",
    `${host} was to be asked without encryption, which is not done. Serve it with TLS, or ask an administrator of the Hub to allow the host (REGISTRY_ALLOW).`,
  );
}
