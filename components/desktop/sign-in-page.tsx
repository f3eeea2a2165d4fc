"use client";
import { signIn } from "next-auth/react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { safeCallback } from "./callback";
import { LanguageButton } from "./language-button";
import { ProductMark } from "./product-mark";
import { announceSignIn } from "./sign-in-channel";
import { SignInError } from "./sign-in-error";
import { SignInWays } from "./sign-in-ways";
import { Wallpaper } from "./wallpaper";

interface SignInPageProps {
  callbackUrl?: string;
  /** The code next-auth came back with. */
  error?: string;
  /** Start with this provider at once (the tab was opened for it). */
  provider?: string;
}

/** One card on the wallpaper. */
export function SignInPage({ callbackUrl, error, provider }: SignInPageProps) {
  const t = useTranslations("desktop.signIn");
  const common = useTranslations("common");
  const known = error ? (t.has(`errors.${error}`) ? t(`errors.${error}`) : t("errors.Default")) : undefined;
  const [message, setMessage] = useState(known);
  const target = () => safeCallback(callbackUrl, location.origin);

  useEffect(() => {
    if ((provider === "oidc" || provider === "github") && !error) {
      void signIn(provider, { callbackUrl: safeCallback(callbackUrl, location.origin) });
    }
  }, [provider, error, callbackUrl]);

  const onSignedIn = () => {
    announceSignIn();
    // A full load: pages of the last person must not survive in memory.
    location.assign(target());
  };

  return (
    <div className="relative flex min-h-dvh flex-col items-center justify-center p-4">
      <Wallpaper name={undefined} />
      <main className="relative w-full max-w-[420px] rounded-xl bg-surface p-6 shadow-window sm:p-8">
        <header className="mb-6 flex flex-col items-center gap-3 text-center">
          <ProductMark size={48} />
          <h1 className="text-xl font-semibold">{common("product")}</h1>
          <p className="text-muted">{callbackUrl ? t("leadBack") : t("lead")}</p>
        </header>
        <SignInError message={message} />
        <SignInWays callbackUrl={callbackUrl ?? "/"} onSignedIn={onSignedIn} onError={setMessage} />
      </main>
      <div className="relative mt-4">
        <LanguageButton />
      </div>
    </div>
  );
}
