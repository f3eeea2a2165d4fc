import type { Metadata } from "next";
import { CliLoginPage } from "@/components/cli-login/page";
import { WithMessages } from "@/components/i18n/page";
import { requestLocale } from "@/components/i18n/server";
import { loginCode } from "@/lib/model/login-code.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await requestLocale()) === "zh" ? "命令行" : "Command line" };
}

type Search = Promise<Record<string, string | string[] | undefined>>;

/** Where `hub login` sends a browser: with a device code, with a redirect of its own, or to type a code. */
export default async function Page({ searchParams }: { searchParams: Search }) {
  const { code, host, redirect_uri, code_challenge, state } = await searchParams;
  const text = (value: string | string[] | undefined) => (typeof value === "string" ? value : undefined);
  const challenge = text(code_challenge);
  const redirect = challenge
    ? {
        host: text(host) ?? "",
        redirect_uri: text(redirect_uri) ?? "",
        code_challenge: challenge,
        state: text(state) ?? "",
        code: await loginCode(challenge),
      }
    : undefined;
  return (
    <WithMessages area="cli">
      <CliLoginPage deviceCode={text(code)} redirect={redirect} />
    </WithMessages>
  );
}
