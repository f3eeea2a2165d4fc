"use client";
import Form from "@rjsf/core";
import type { ErrorSchema } from "@rjsf/utils";
import { useId, useMemo } from "react";
import { useLocale, useTranslations } from "use-intl";
import type { FormData, FormSchema } from "./binding";
import { fieldTemplates } from "./field-templates";
import { fieldWidgets } from "./field-widgets";
import { ObjectField } from "./map-field";
import { formSchema, uiSchema } from "./schema";
import { errorTree, formValidator } from "./validator";

const fields = { ObjectField };

interface InstanceFormProps {
  schema: FormSchema;
  data: FormData;
  onChange: (data: FormData) => void;
  errors: readonly { path: readonly string[]; message: string }[];
  /** The object is there already: its name stands. */
  editing: boolean;
  disabled?: boolean;
}

/** The declared form. It checks nothing by itself: errors come from outside, with their places. */
export default function InstanceForm({
  schema,
  data,
  onChange,
  errors,
  editing,
  disabled,
}: InstanceFormProps) {
  const t = useTranslations("provider");
  const locale = useLocale();
  const prefix = useId();
  const localized = useMemo(() => formSchema(schema, locale), [schema, locale]);
  const ui = useMemo(() => uiSchema(schema, editing), [schema, editing]);
  const tree = useMemo<ErrorSchema>(() => errorTree(errors), [errors]);
  return (
    <Form
      tagName="div"
      idPrefix={prefix}
      schema={localized}
      uiSchema={ui}
      formData={data}
      validator={formValidator}
      templates={fieldTemplates}
      widgets={fieldWidgets}
      fields={fields}
      noValidate
      showErrorList={false}
      extraErrors={tree}
      disabled={disabled ?? false}
      translateString={(text) => (text === "New Value" || text.startsWith("New ") ? "" : translated(t, text))}
      experimental_defaultFormStateBehavior={{
        arrayMinItems: { populate: "never" },
        emptyObjectFields: "skipDefaults",
        allOf: "skipDefaults",
        constAsDefaults: "never",
      }}
      onChange={(event) => onChange((event.formData ?? {}) as FormData)}
    />
  );
}

/** The library's own few words, by their English text. */
function translated(t: ReturnType<typeof useTranslations>, text: string): string {
  const key = `form.${text.toLowerCase().replace(/[^a-z]+/g, "-")}`;
  return t.has(key) ? t(key) : text;
}
