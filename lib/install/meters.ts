import { Expressions, hasExpression } from "../images/index.ts";
import type { ImageContent, MeterDeclaration } from "../model/image.ts";
import { ProblemError } from "../model/problem.ts";
import { because } from "../model/reasons.ts";
import type { RenderContext } from "./render-types.ts";
import { systemScope } from "./values.ts";

const SERVICE_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * An image's meters as they are in one namespace: names of Services are filled in, and are nothing but names.
 * @throws ProblemError `manifest-refused`
 */
export async function metersOf(
  { metering }: ImageContent,
  {
    context,
    inputs,
    values,
  }: {
    context: RenderContext;
    inputs: Readonly<Record<string, string>>;
    values: Readonly<Record<string, string>>;
  },
): Promise<MeterDeclaration[]> {
  const scope = { ...systemScope(context), inputs, defaults: values };
  const meters: MeterDeclaration[] = [];
  for (const meter of metering) {
    const { endpoint } = meter;
    if (!endpoint) {
      meters.push(meter);
      continue;
    }
    const service = hasExpression(endpoint.service)
      ? await (await Expressions.create()).expand(endpoint.service, scope)
      : endpoint.service;
    if (!SERVICE_NAME.test(service))
      throw new ProblemError(
        "manifest-refused",
        `The meter ${meter.name} asks ${JSON.stringify(service.slice(0, 100))}, which is no name of a Service.`,
        because("meter-service", { meter: meter.name, service: service.slice(0, 100) }),
      );
    meters.push({ ...meter, endpoint: { ...endpoint, service } });
  }
  return meters;
}
