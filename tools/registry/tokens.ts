import { createPrivateKey, randomUUID, sign, X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createAuthority } from "../cluster/certificates.ts";

const ISSUER = "test-issuer";
const SERVICE = "test-registry";

/** A token service (distribution's specification) for one user; everybody may pull what begins with `public/`. */
export async function startTokenIssuer(dir: string, user: { username: string; password: string }) {
  const authority = await createAuthority("registry");
  const { cert, key } = await authority.sign({ name: ISSUER });
  const bundle = join(dir, "issuer.crt");
  await writeFile(bundle, authority.cert);
  const privateKey = createPrivateKey(key);
  const chain = [new X509Certificate(cert).raw.toString("base64")];
  const known = `Basic ${Buffer.from(`${user.username}:${user.password}`).toString("base64")}`;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://issuer");
    const { authorization } = request.headers;
    if (authorization && authorization !== known) return void response.writeHead(401).end();
    const access = url.searchParams.getAll("scope").map((scope) => {
      const [type, name = "", actions = ""] = scope.split(":");
      const allowed = actions
        .split(",")
        .filter((each) => authorization || (each === "pull" && name.startsWith("public/")));
      return { type, name, actions: allowed };
    });
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: ISSUER,
      sub: authorization ? user.username : "",
      aud: SERVICE,
      jti: randomUUID(),
      access,
    };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const algorithm = privateKey.asymmetricKeyType === "ec" ? "ES256" : "RS256";
    const text = `${part({ typ: "JWT", alg: algorithm, x5c: chain })}.${part({ ...claims, nbf: now - 5, iat: now, exp: now + 300 })}`;
    const signature = sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
    const token = `${text}.${signature.toString("base64url")}`;
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ token, expires_in: 300 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  return {
    config: { realm, service: SERVICE, issuer: ISSUER, rootcertbundle: bundle },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
