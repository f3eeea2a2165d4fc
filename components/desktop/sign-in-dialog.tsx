"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "@/components/data/api";
import { connection } from "@/components/data/connection";
import { stream } from "@/components/data/stream";
import { LazyMessages } from "@/components/i18n/messages";
import { Dialog } from "@/components/ui/dialog";
import type { SessionView } from "@/lib/model/session-views";
import { onSignInElsewhere } from "./sign-in-channel";
import { SignInError } from "./sign-in-error";
import { SignInWays } from "./sign-in-ways";

type Reason = "expired" | "signed-out" | "forbidden";

/** The session is gone: sign in again, and everything on the page is still there. */
export default function SignInDialog({ reason }: { reason: Reason }) {
  return (
    <LazyMessages area="desktop">
      <Body reason={reason} />
    </LazyMessages>
  );
}

function Body({ reason }: { reason: Reason }) {
  const t = useTranslations("desktop.signIn");
  const queries = useQueryClient();
  const [error, setError] = useState<string>();

  const resume = useCallback(async () => {
    try {
      const before = queries.getQueryData<SessionView>(["session"]);
      const now = await api<SessionView>("GET", "/api/session");
      if (before && before.user.uid !== now.user.uid) {
        // Somebody else: what is on this page is not theirs.
        location.assign("/");
        return;
      }
      queries.setQueryData(["session"], now);
      connection.signedIn();
      stream.reconnect();
      await queries.invalidateQueries({ predicate: (query) => query.state.status === "error" });
    } catch (caught) {
      setError(caught instanceof Error ? caught.message : String(caught));
    }
  }, [queries]);

  useEffect(() => onSignInElsewhere(resume), [resume]);

  return (
    <Dialog
      open
      onOpenChange={() => undefined}
      dismissible={false}
      size="sm"
      title={reason === "forbidden" ? t("forbiddenTitle") : t("againTitle")}
      description={reason === "forbidden" ? t("forbiddenHint") : t("againHint")}
    >
      <SignInError message={error} />
      <SignInWays callbackUrl="/" elsewhere onSignedIn={resume} onError={setError} />
    </Dialog>
  );
}
