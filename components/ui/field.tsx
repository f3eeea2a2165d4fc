"use client";
import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";

export interface FieldProps {
  label: ReactNode;
  /** One line under the field. */
  help?: ReactNode;
  /** Shown above the help, which often says how to mend it, and announced. */
  error?: ReactNode;
  required?: boolean;
  /** Keeps the label for assistive technology only. */
  hideLabel?: boolean;
  className?: string;
}

interface FieldFrameProps extends FieldProps {
  id?: string;
  children: (props: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": true | undefined;
    required: boolean | undefined;
  }) => ReactNode;
}

/** Label above, control, help or error below; wires the ids. */
export function Field({ id, label, help, error, required, hideLabel, className, children }: FieldFrameProps) {
  const generated = useId();
  const fieldId = id ?? generated;
  const noteId = `${fieldId}-note`;
  const helpId = `${fieldId}-help`;
  return (
    <div className={className}>
      <label
        htmlFor={fieldId}
        className={hideLabel ? "sr-only" : "mb-1 flex items-baseline gap-1 text-sm font-medium"}
      >
        {label}
        {required ? (
          <span aria-hidden className="text-danger">
            *
          </span>
        ) : null}
      </label>
      {children({
        id: fieldId,
        "aria-describedby":
          error && help ? `${noteId} ${helpId}` : error ? noteId : help ? helpId : undefined,
        "aria-invalid": error ? true : undefined,
        required,
      })}
      {error ? (
        <p id={noteId} role="alert" className="mt-1 flex items-start gap-1 text-sm text-danger">
          <CircleAlert size={14} className="mt-[3px] shrink-0" aria-hidden />
          <span className="min-w-0 wrap-break-word">{error}</span>
        </p>
      ) : null}
      {help ? (
        <p id={helpId} className="mt-1 text-sm text-muted wrap-break-word">
          {help}
        </p>
      ) : null}
    </div>
  );
}

/** Classes of a text-like control. */
export const controlClass =
  "block w-full min-h-9 rounded-md border border-line-strong bg-surface px-3 py-1.5 text-base text-text placeholder:text-muted disabled:opacity-60 aria-invalid:border-danger focus-visible:outline-offset-0";
