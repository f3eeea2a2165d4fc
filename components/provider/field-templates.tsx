"use client";
import {
  ADDITIONAL_PROPERTY_FLAG,
  type ArrayFieldItemTemplateProps,
  type ArrayFieldTemplateProps,
  type BaseInputTemplateProps,
  canExpand,
  type ErrorListProps,
  type FieldTemplateProps,
  type ObjectFieldTemplateProps,
  type TemplatesType,
} from "@rjsf/utils";
import { ChevronRight, CircleAlert, Plus, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslations } from "use-intl";
import { words } from "@/components/install/inputs-form";
import { Button, IconButton } from "@/components/ui/button";
import { cx } from "@/components/ui/cx";
import { controlClass } from "@/components/ui/field";
import { advancedFields } from "./schema";

/** Label above, control, help or errors below; entries of a map get a field for their key. */
function FieldTemplate(props: FieldTemplateProps) {
  const { id, label, children, hidden, required, displayLabel, rawDescription, rawErrors, schema } = props;
  if (hidden) return <div className="hidden">{children}</div>;
  const composite = schema.type === "object" || (schema.type === "array" && !displayLabel);
  const note = `${id}__note`;
  const additional = ADDITIONAL_PROPERTY_FLAG in schema;
  const heading = displayLabel && !additional && schema.type !== "boolean";
  const body = (
    <>
      {heading ? (
        <label htmlFor={id} className="mb-1 flex items-baseline gap-1 text-sm font-medium">
          {label || words(id.slice(id.lastIndexOf("_") + 1))}
          {required ? (
            <span aria-hidden className="text-danger">
              *
            </span>
          ) : null}
        </label>
      ) : null}
      {children}
      {rawErrors && rawErrors.length > 0 ? (
        <div id={note} role="alert" className="mt-1 text-sm text-danger">
          {rawErrors.map((error) => (
            <p key={error} className="flex items-start gap-1">
              <CircleAlert size={14} className="mt-[3px] shrink-0" aria-hidden />
              <span className="min-w-0 wrap-break-word">{error}</span>
            </p>
          ))}
        </div>
      ) : null}
      {rawDescription && !composite && !additional && schema.type !== "boolean" ? (
        <p id={`${id}__help`} className="mt-1 text-sm text-muted wrap-break-word">
          {rawDescription}
        </p>
      ) : null}
    </>
  );
  return additional ? <MapEntry {...props}>{body}</MapEntry> : <div>{body}</div>;
}

/** One entry of a map: its key, its value, and a way to remove it. */
function MapEntry({
  id,
  label,
  disabled,
  readonly,
  onKeyRenameBlur,
  onRemoveProperty,
  children,
  schema,
}: FieldTemplateProps) {
  const t = useTranslations("provider");
  const wide = schema.type === "object" || schema.type === "array";
  return (
    <div className="rounded-md border border-line bg-surface p-3">
      <div
        className={cx("grid items-start gap-2", wide ? "grid-cols-[1fr_auto]" : "grid-cols-[1fr_1fr_auto]")}
      >
        <input
          key={label}
          id={`${id}-key`}
          aria-label={t("form.key")}
          placeholder={t("form.key")}
          defaultValue={label}
          disabled={disabled || readonly}
          onBlur={onKeyRenameBlur}
          spellCheck={false}
          autoComplete="off"
          className={cx(controlClass, "font-mono")}
        />
        {wide ? null : <div className="min-w-0">{children}</div>}
        <IconButton
          label={t("form.removeNamed", { name: label })}
          size="md"
          disabled={disabled || readonly}
          onClick={onRemoveProperty}
        >
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      {wide ? <div className="mt-2">{children}</div> : null}
    </div>
  );
}

function ObjectFieldTemplate(props: ObjectFieldTemplateProps) {
  const {
    title,
    description,
    properties,
    schema,
    uiSchema,
    formData,
    onAddProperty,
    disabled,
    readonly,
    fieldPathId,
  } = props;
  const t = useTranslations("provider");
  const root = fieldPathId.path.length === 0;
  const additional = ADDITIONAL_PROPERTY_FLAG in schema;
  const hidden = root ? advancedFields(schema) : new Set<string>();
  const shown = properties.filter((property) => !property.hidden);
  const plain = shown.filter((property) => !hidden.has(property.name));
  const advanced = shown.filter((property) => hidden.has(property.name));
  const list = (items: typeof properties) =>
    items.map((property) => <div key={property.name}>{property.content}</div>);
  if (root) {
    return (
      <div className="flex flex-col gap-5">
        {list(plain)}
        {advanced.length > 0 ? (
          <details className="group">
            <summary className="-mx-1 flex min-h-9 list-none items-center gap-1 rounded-md px-1 font-medium hover:bg-hover">
              <ChevronRight size={16} aria-hidden className="transition-transform group-open:rotate-90" />
              {t("form.advanced")}
              <span className="text-sm font-normal text-muted tabular-nums">{advanced.length}</span>
            </summary>
            <div className="mt-3 flex flex-col gap-5">{list(advanced)}</div>
          </details>
        ) : null}
      </div>
    );
  }
  const expandable = canExpand(schema, uiSchema, formData);
  return (
    <fieldset id={fieldPathId.$id} className="min-w-0">
      {title && !additional ? <legend className="mb-1 text-sm font-medium">{title}</legend> : null}
      {description && !additional ? <p className="mb-2 text-sm text-muted">{description}</p> : null}
      <div className={cx("flex flex-col", expandable && !additional ? "gap-2" : "gap-3")}>{list(shown)}</div>
      {expandable ? (
        <Add
          label={t("form.add")}
          disabled={disabled || readonly}
          onClick={onAddProperty}
          spaced={shown.length > 0}
        />
      ) : null}
    </fieldset>
  );
}

function ArrayFieldTemplate({
  title,
  schema,
  items,
  canAdd,
  onAddClick,
  disabled,
  readonly,
  fieldPathId,
}: ArrayFieldTemplateProps) {
  const t = useTranslations("provider");
  const additional = ADDITIONAL_PROPERTY_FLAG in schema;
  return (
    <fieldset id={fieldPathId.$id} className="min-w-0">
      {title && !additional ? <legend className="mb-1 text-sm font-medium">{title}</legend> : null}
      {schema.description && !additional ? (
        <p className="mb-2 text-sm text-muted">{schema.description}</p>
      ) : null}
      <div className="flex flex-col gap-2">{items}</div>
      {canAdd ? (
        <Add
          label={t("form.add")}
          disabled={disabled || readonly}
          onClick={() => onAddClick()}
          spaced={items.length > 0}
        />
      ) : null}
    </fieldset>
  );
}

function ArrayFieldItemTemplate({
  children,
  buttonsProps,
  hasToolbar,
  index,
  disabled,
  readonly,
}: ArrayFieldItemTemplateProps) {
  const t = useTranslations("provider");
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">{children}</div>
      {hasToolbar && buttonsProps.hasRemove ? (
        <IconButton
          label={t("form.removeNamed", { name: String(index + 1) })}
          size="md"
          disabled={disabled || readonly}
          onClick={buttonsProps.onRemoveItem}
        >
          <X size={16} aria-hidden />
        </IconButton>
      ) : null}
    </div>
  );
}

interface AddProps {
  label: string;
  disabled: boolean | undefined;
  onClick: () => void;
  spaced: boolean;
}

function Add({ label, disabled, onClick, spaced }: AddProps) {
  return (
    <Button
      size="sm"
      icon={<Plus size={14} aria-hidden />}
      disabled={disabled}
      onClick={onClick}
      className={spaced ? "mt-2" : ""}
    >
      {label}
    </Button>
  );
}

/** One line of text or a number; what is emptied leaves the object. */
function BaseInputTemplate(props: BaseInputTemplateProps) {
  const {
    id,
    value,
    type,
    readonly,
    disabled,
    required,
    placeholder,
    schema,
    onChange,
    onBlur,
    onFocus,
    rawErrors,
    label,
    hideLabel,
    options,
  } = props;
  const numeric = schema.type === "integer" || schema.type === "number";
  const [draft, setDraft] = useState<string>();
  const text = draft ?? (value === undefined || value === null ? "" : String(value));
  const change = (next: string) => {
    if (!numeric) {
      onChange(next === "" ? options.emptyValue : next);
      return;
    }
    setDraft(next);
    const number = Number(next);
    onChange(next.trim() === "" ? undefined : Number.isFinite(number) ? number : next);
  };
  return (
    <input
      id={id}
      type={type === "password" ? "password" : "text"}
      inputMode={numeric ? "numeric" : undefined}
      aria-label={hideLabel ? label : undefined}
      aria-invalid={rawErrors?.length ? true : undefined}
      aria-describedby={`${id}__note ${id}__help`}
      value={text}
      readOnly={readonly}
      disabled={disabled}
      required={required}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => change(event.target.value)}
      onFocus={(event) => onFocus(id, event.target.value)}
      onBlur={(event) => {
        setDraft(undefined);
        onBlur(id, event.target.value);
      }}
      className={cx(controlClass, numeric && "max-w-40 tabular-nums", readonly && "bg-sunken! text-muted!")}
    />
  );
}

function Nothing(_: ErrorListProps | { children?: ReactNode }) {
  return null;
}

export const fieldTemplates: Partial<Omit<TemplatesType, "ButtonTemplates">> = {
  FieldTemplate,
  ObjectFieldTemplate,
  ArrayFieldTemplate,
  ArrayFieldItemTemplate,
  BaseInputTemplate,
  ErrorListTemplate: Nothing,
  FieldErrorTemplate: Nothing,
};
