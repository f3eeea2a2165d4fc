import { cx } from "./cx";

/** A quiet block in the final shape; appears only after 150 ms. Give it its size by class. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden className={cx("block animate-late rounded-md", className)}>
      <span className="block size-full animate-breathe rounded-[inherit] bg-hover" />
    </span>
  );
}

/** Wraps a skeleton page: says "Loading" once to assistive technology. */
export function SkeletonGroup({
  label,
  children,
  className,
}: {
  label: string;
  children: React.ReactNode;
  className?: string;
}) {
  return (
    <div role="status" aria-label={label} className={className}>
      {children}
    </div>
  );
}
