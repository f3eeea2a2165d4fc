"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Spinner } from "@/components/ui/spinner";

export interface RedirectAsked {
  host: string;
  redirect_uri: string;
  code_challenge: string;
  state: string;
  /** To compare with the terminal's. */
  code: string;
}

export interface DecidedBy {
  deviceCode?: string;
  redirect?: RedirectAsked;
}

/** A command line elsewhere, under the code that a person brought. */
export function DeviceRequest({ code, onAgain }: { code: string; onAgain: () => void }) {
  const path = apiPath("cli", "requests", code);
  const request = useQuery({
    queryKey: ["cli-request", code],
    queryFn: ({ signal }) => api<{ code: string; host: string }>("GET", path, undefined, { signal }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (request.error) return <ErrorState error={request.error} onRetry={onAgain} inline />;
  if (!request.data) return <Spinner size={24} />;
  return <Decision {...request.data} decide={(approve) => api("POST", path, { approve })} />;
}

/** The command line that opened this browser; it hears of the decision by the address that the browser goes to. */
export function RedirectRequest({ asked: { code, ...asked } }: { asked: RedirectAsked }) {
  return (
    <Decision
      host={asked.host}
      code={code}
      decide={async (approve) => {
        const { redirect } = await api<{ redirect: string }>("POST", "/api/cli/authorize", {
          ...asked,
          approve,
        });
        location.assign(redirect);
      }}
    />
  );
}

function Decision({
  host,
  code,
  decide,
}: {
  host: string;
  code: string;
  decide: (approve: boolean) => Promise<unknown>;
}) {
  const t = useTranslations("cli");
  const { user } = useSession();
  const [approved, setApproved] = useState<boolean>();
  const deciding = useMutation({ mutationFn: decide, onSuccess: (_, approve) => setApproved(approve) });
  if (approved !== undefined) {
    return (
      <div role="status" className="text-center">
        <h1 className="text-xl font-semibold">{t(approved ? "allowed" : "refused")}</h1>
        <p className="mt-2 text-muted">{t(approved ? "allowedHint" : "refusedHint")}</p>
      </div>
    );
  }
  return (
    <section aria-labelledby="asks">
      <h1 id="asks" className="text-center text-xl font-semibold wrap-break-word">
        {t("asks", { host, name: user.name })}
      </h1>
      <p className="my-5 text-center font-mono text-3xl font-semibold tracking-widest">
        <span className="sr-only">{t("code")} </span>
        {code}
      </p>
      <p>{t("compare")}</p>
      <p className="mt-2 text-muted">{t("means")}</p>
      {deciding.error ? (
        <div className="mt-4">
          <ErrorState error={deciding.error} inline />
        </div>
      ) : null}
      <div className="mt-6 flex flex-col gap-3 sm:flex-row-reverse">
        <Button
          variant="primary"
          size="lg"
          className="flex-1"
          loading={deciding.isPending && deciding.variables}
          disabled={deciding.isPending}
          onClick={() => deciding.mutate(true)}
        >
          {t("allow")}
        </Button>
        <Button
          size="lg"
          className="flex-1"
          loading={deciding.isPending && !deciding.variables}
          disabled={deciding.isPending}
          onClick={() => deciding.mutate(false)}
        >
          {t("refuse")}
        </Button>
      </div>
    </section>
  );
}
