import { Skeleton, SkeletonGroup } from "@/components/ui/skeleton";

/** As many equal columns as fit. */
export function CardGrid({ children }: { children: React.ReactNode }) {
  return <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,280px),1fr))] gap-3">{children}</ul>;
}

/** Cards to come, in their final shape. */
export function CardsSkeleton({ label }: { label: string }) {
  return (
    <SkeletonGroup label={label} className="px-4 pt-9 pb-8 @4xl:px-6">
      <CardGrid>
        {Array.from({ length: 12 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders are alike and never move
          <li key={index} className="h-[166px] rounded-lg border border-line bg-surface p-4">
            <div className="flex gap-3">
              <Skeleton className="size-11" />
              <div className="flex-1">
                <Skeleton className="mt-0.5 h-4 w-2/3" />
                <Skeleton className="mt-2 h-3 w-1/3" />
              </div>
            </div>
            <Skeleton className="mt-4 h-3 w-full" />
            <Skeleton className="mt-2 h-3 w-3/4" />
          </li>
        ))}
      </CardGrid>
    </SkeletonGroup>
  );
}

/** An image's page to come. */
export function ImageSkeleton() {
  return (
    <div className="mx-auto w-full max-w-[1200px] p-4 @3xl:p-8">
      <Skeleton className="h-4 w-24" />
      <div className="mt-6 flex gap-4">
        <Skeleton className="size-16" />
        <div className="flex-1">
          <Skeleton className="h-7 w-64 max-w-full" />
          <Skeleton className="mt-2 h-4 w-96 max-w-full" />
        </div>
      </div>
      <Skeleton className="mt-8 h-10 w-full" />
      <Skeleton className="mt-6 h-4 w-3/5" />
      <Skeleton className="mt-3 h-4 w-4/5" />
      <Skeleton className="mt-3 h-4 w-2/3" />
    </div>
  );
}
