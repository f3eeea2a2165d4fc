import { CircleAlert } from "lucide-react";

/** What went wrong while signing in, and what to do. The region is always there, so that it is announced. */
export function SignInError({ message }: { message: string | undefined }) {
  return (
    <div role="alert">
      {message ? (
        <p className="mb-4 flex gap-2 rounded-lg border border-danger bg-danger-soft p-3">
          <CircleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-danger" />
          <span className="min-w-0 wrap-break-word">{message}</span>
        </p>
      ) : null}
    </div>
  );
}
