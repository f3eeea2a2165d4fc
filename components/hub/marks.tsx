"use client";
import { BadgeCheck, KeyRound } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { LazyMessages } from "@/components/i18n/messages";
import { Tooltip } from "@/components/ui/tooltip";
import type { MarksProps } from "./card-view";

/** Two things that are not the same: whether administrators trust the publisher, and whether it signed the image. */
export default function Marks(props: MarksProps) {
  return (
    <LazyMessages area="signing">
      <Both {...props} />
    </LazyMessages>
  );
}

function Both({ verified, signedBy }: MarksProps) {
  const t = useTranslations("signing");
  return (
    <>
      {verified ? (
        <Mark name={t("trusted")} hint={t("trustedHint")} className="text-accent-text">
          <BadgeCheck size={15} aria-hidden />
        </Mark>
      ) : null}
      {signedBy ? (
        <Mark name={t("signed")} hint={t("signedHint", { key: shortened(signedBy) })} className="text-ok">
          <KeyRound size={14} aria-hidden />
        </Mark>
      ) : null}
    </>
  );
}

function Mark(props: { name: string; hint: string; className: string; children: ReactNode }) {
  const { name, hint, className, children } = props;
  return (
    <Tooltip text={hint}>
      <span className={`relative inline-flex ${className}`}>
        {children}
        <span className="sr-only">{name}</span>
      </span>
    </Tooltip>
  );
}

/** As much of a fingerprint as a tooltip can hold. */
function shortened(fingerprint: string): string {
  return `${fingerprint.slice(0, "sha256:".length + 12)}…`;
}
