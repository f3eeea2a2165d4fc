"use client";
import { KeyRound } from "lucide-react";
import { Suspense } from "react";
import { useTranslations } from "use-intl";
import { LazyMessages } from "@/components/i18n/messages";
import { CopyButton } from "@/components/ui/copy-button";
import { MiddleTruncate } from "@/components/ui/middle-truncate";
import type { TagRow } from "@/lib/model/repository-views";

/** A line among an image's facts: which key signed it, or that none of the publisher's did. */
export function SignatureFact({ signature }: { signature: NonNullable<TagRow["signature"]> }) {
  // A publisher without keys signs nothing; there is nothing to say of the image.
  if (signature.state === "NoKeys") return null;
  return (
    <Suspense fallback={null}>
      <LazyMessages area="signing">
        <Fact state={signature.state} fingerprint={signature.key} />
      </LazyMessages>
    </Suspense>
  );
}

function Fact({
  state,
  fingerprint,
}: {
  state: "Signed" | "Unsigned" | "WrongKey";
  fingerprint: string | undefined;
}) {
  const t = useTranslations("signing");
  return (
    <div className="flex items-center gap-3">
      <dt className="w-24 shrink-0 text-muted">{t("signature")}</dt>
      <dd className="flex min-w-0 flex-1 items-center">
        {fingerprint ? (
          <>
            <KeyRound size={14} aria-hidden className="mr-1.5 shrink-0 text-ok" />
            <span className="sr-only">{t("states.Signed")}</span>
            <MiddleTruncate text={fingerprint} tail={6} mono className="text-sm" />
            <CopyButton text={fingerprint} name={t("key")} />
          </>
        ) : (
          t(`states.${state}`)
        )}
      </dd>
    </div>
  );
}
