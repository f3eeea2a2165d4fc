"use client";
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { AppLink } from "@/components/data/navigation";
import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";

/** A link one level up. */
export function Back({ to, children }: { to: string; children: ReactNode }) {
  return (
    <AppLink to={to} className="inline-flex min-h-8 items-center gap-1 rounded-md text-muted hover:text-text">
      <ArrowLeft size={16} aria-hidden />
      {children}
    </AppLink>
  );
}

export function PageSkeleton() {
  const t = useTranslations("provider");
  return (
    <SkeletonGroup label={t("loading")} className="mx-auto w-full max-w-[1200px] p-4 @3xl:p-8">
      <Skeleton className="h-8 w-64 max-w-full" />
      <Skeleton className="mt-6 h-10 w-full" />
      <Skeleton className="mt-2 h-11 w-full" />
      <Skeleton className="mt-2 h-11 w-full" />
      <Skeleton className="mt-2 h-11 w-full" />
    </SkeletonGroup>
  );
}
