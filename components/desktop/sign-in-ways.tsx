"use client";
import { useQuery } from "@tanstack/react-query";
import { ArrowRight, KeyRound, Shield, UserRound } from "lucide-react";
import { signIn } from "next-auth/react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { buttonClass } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";
import { Spinner } from "@/components/ui/spinner";
import type { SignInOptions } from "@/lib/model/session-views";
import { GithubMark } from "./github-mark";

interface SignInWaysProps {
  /** Where to go afterwards; used by the ways that leave the page. */
  callbackUrl: string;
  /** Ways that leave the page open a tab of their own instead, so that this page stays. */
  elsewhere?: boolean;
  /** Signed in without leaving the page. */
  onSignedIn: () => void;
  /** A sentence about what went wrong. */
  onError: (message: string | undefined) => void;
}

/** The ways to sign in, as the server offers them. */
export function SignInWays({ callbackUrl, elsewhere, onSignedIn, onError }: SignInWaysProps) {
  const t = useTranslations("desktop.signIn");
  const common = useTranslations("common");
  const [busy, setBusy] = useState<string>();
  const options = useQuery({
    queryKey: ["auth-options"],
    queryFn: () => api<SignInOptions>("GET", "/api/auth-options"),
  });
  if (options.error) return <ErrorState inline error={options.error} onRetry={() => options.refetch()} />;
  if (!options.data) {
    return (
      <SkeletonGroup label={common("loading")} className="flex flex-col gap-2">
        <Skeleton className="h-15" />
        <Skeleton className="h-15" />
        <Skeleton className="h-15" />
      </SkeletonGroup>
    );
  }
  const { demo, oidc, github } = options.data;
  if (demo.length === 0 && !oidc && !github)
    return <EmptyState title={t("noWay")}>{t("noWayHint")}</EmptyState>;

  const asDemo = async (account: string) => {
    setBusy(account);
    onError(undefined);
    try {
      const answer = await signIn("demo", { account, redirect: false, callbackUrl });
      if (answer?.ok && !answer.error) {
        onSignedIn();
        return;
      }
      onError(t("errors.CredentialsSignin"));
    } catch {
      onError(t("errors.unreachable"));
    }
    setBusy(undefined);
  };
  const leave = async (provider: "oidc" | "github") => {
    if (elsewhere) {
      window.open(`/signin?provider=${provider}&callbackUrl=${encodeURIComponent("/signin/done")}`, "_blank");
      return;
    }
    setBusy(provider);
    onError(undefined);
    try {
      await signIn(provider, { callbackUrl });
    } catch {
      onError(t("errors.unreachable"));
      setBusy(undefined);
    }
  };

  return (
    <div className="flex flex-col gap-2">
      {oidc ? (
        <button
          type="button"
          disabled={busy !== undefined}
          onClick={() => leave("oidc")}
          className={cx(buttonClass("primary", "lg"), "w-full")}
        >
          {busy === "oidc" ? <Spinner /> : <KeyRound size={18} aria-hidden />}
          {t("with", { name: oidc.name })}
        </button>
      ) : null}
      {github ? (
        <button
          type="button"
          disabled={busy !== undefined}
          onClick={() => leave("github")}
          className={cx(buttonClass("secondary", "lg"), "w-full")}
        >
          {busy === "github" ? <Spinner /> : <GithubMark />}
          {t("with", { name: "GitHub" })}
        </button>
      ) : null}
      {demo.length > 0 ? (
        <section aria-labelledby="demo-accounts" className={oidc || github ? "mt-4" : undefined}>
          <h2 id="demo-accounts" className="mb-2 text-sm font-medium text-muted">
            {t("demoTitle")}
          </h2>
          <ul className="flex flex-col gap-2">
            {demo.map((each) => (
              <li key={each.account}>
                <button
                  type="button"
                  disabled={busy !== undefined}
                  onClick={() => asDemo(each.account)}
                  className="group flex w-full items-center gap-3 rounded-lg border border-line bg-surface p-3 text-left transition-colors hover:border-accent-text hover:bg-accent-soft disabled:opacity-60"
                >
                  <span
                    className={cx(
                      "flex size-9 shrink-0 items-center justify-center rounded-full",
                      each.administrator ? "bg-warn-soft text-warn" : "bg-accent-soft text-accent-text",
                    )}
                  >
                    {busy === each.account ? (
                      <Spinner size={18} />
                    ) : each.administrator ? (
                      <Shield size={18} aria-hidden />
                    ) : (
                      <UserRound size={18} aria-hidden />
                    )}
                  </span>
                  <span className="min-w-0 flex-1">
                    <span className="block font-medium">{each.name}</span>
                    <span className="block text-sm text-muted">
                      {each.administrator ? t("demoAdministrator") : t("demoUser")}
                    </span>
                  </span>
                  <ArrowRight
                    size={16}
                    aria-hidden
                    className="shrink-0 text-muted transition-transform group-hover:translate-x-0.5"
                  />
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}
