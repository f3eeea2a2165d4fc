import type { Metadata } from "next";
import { SignInPage } from "@/components/desktop/sign-in-page";
import { WithMessages } from "@/components/i18n/page";
import { requestLocale } from "@/components/i18n/server";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await requestLocale()) === "zh" ? "登录" : "Sign in" };
}

type Search = Promise<Record<string, string | string[] | undefined>>;

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

export default async function Page({ searchParams }: { searchParams: Search }) {
  const { callbackUrl, error, provider } = await searchParams;
  return (
    <WithMessages area="desktop">
      <SignInPage callbackUrl={first(callbackUrl)} error={first(error)} provider={first(provider)} />
    </WithMessages>
  );
}
