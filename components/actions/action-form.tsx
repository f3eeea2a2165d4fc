import { useMutation } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { ApiProblem, api, apiPath } from "@/components/data/api";
import { useSession } from "@/components/data/session";
import { stream } from "@/components/data/stream";
import { ActionEstimate } from "@/components/estimate/action-estimate";
import { useReason } from "@/components/i18n/reason";
import { faultsOf, initialValues, toSend } from "@/components/install/inputs";
import { InputsForm } from "@/components/install/inputs-form";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import type { ActionRun, ActionSummary } from "@/lib/model/resources";
import type { ActionTarget } from "./actions";

interface ActionFormProps {
  action: ActionSummary;
  target: ActionTarget;
  onClose: () => void;
  onStarted: () => void;
}

/** An action's inputs, and the button that runs it. */
export function ActionForm({ action, target, onClose, onStarted }: ActionFormProps) {
  const t = useTranslations("provider.runs");
  const words = useReason();
  const { namespace } = useSession();
  const inputs = action.inputs ?? [];
  const [values, setValues] = useState(() => initialValues(inputs));
  const [asked, setAsked] = useState(false);
  const faults = faultsOf(inputs, values);
  const start = useMutation({
    mutationFn: () =>
      api<ActionRun>("POST", apiPath("namespaces", namespace, "actionruns"), {
        ...target,
        action: action.name,
        inputs: toSend(inputs, values).inputs,
      }),
    onSuccess: (run) => {
      stream.accept("actionruns", run.metadata.name, run);
      onStarted();
    },
  });
  const refused = start.error instanceof ApiProblem ? (start.error.problem.fields ?? []) : [];
  const atFields =
    refused.length > 0 && refused.every(({ field }) => inputs.some(({ name }) => name === field));
  const errors = Object.fromEntries([
    ...refused.map(({ field, ...said }) => [field, words(said)]),
    ...(asked ? Object.entries(faults).map(([name, fault]) => [name, t(`faults.${fault}`)]) : []),
  ]);
  return (
    <form
      className="mt-4 flex max-w-xl flex-col gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (Object.keys(faults).length === 0) start.mutate();
      }}
    >
      {inputs.length > 0 ? (
        <InputsForm
          inputs={inputs}
          values={values}
          onChange={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
          onLeave={() => undefined}
          errors={errors}
          disabled={start.isPending}
        />
      ) : null}
      {action.unavailable ? <p role="status">{words(action.unavailable)}</p> : null}
      {start.error && !atFields ? <ErrorState error={start.error} title={t("notStarted")} inline /> : null}
      {"instance" in target ? (
        <ActionEstimate
          instance={target.instance}
          action={action.name}
          inputs={Object.keys(faults).length === 0 ? toSend(inputs, values).inputs : undefined}
        />
      ) : null}
      <div className="flex gap-2">
        <Button
          type="submit"
          variant="primary"
          disabled={start.isPending || action.unavailable !== undefined}
        >
          <Play size={16} aria-hidden />
          {t("run")}
        </Button>
        <Button onClick={onClose}>{t("cancel")}</Button>
      </div>
    </form>
  );
}
