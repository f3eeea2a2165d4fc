import type { ApiObject } from "../../lib/cluster/index.ts";
import type { Container, StatefulSet } from "../workloads/types.ts";
import {
  type Child,
  CONTROLLER,
  ensure,
  ensureSecret,
  ensureStatefulSet,
  number,
  ownedBy,
  randomPassword,
  remove,
  text,
} from "./children.ts";
import type { Instance, OperatorContext } from "./context.ts";
import { type Engine, engineOf } from "./kubeblocks-engines.ts";

export const CLUSTER = { apiVersion: "apps.kubeblocks.io/v1alpha1", kind: "Cluster" };
export const MANAGER = "kubeblocks";
export const INSTANCE = "app.kubernetes.io/instance";
const CLUSTER_SERVICE = "service.kubeblocks.io/name";
export const COMPONENT = "apps.kubeblocks.io/component-name";

/** One of `spec.componentSpecs`. */
export interface Component {
  name: string;
  componentDefRef?: string;
  componentDef?: string;
  serviceVersion?: string;
  replicas?: number;
  stop?: boolean;
  serviceAccountName?: string;
  resources?: Container["resources"];
  volumeClaimTemplates?: { name: string; spec?: Record<string, unknown> }[];
}

export const componentsOf = (instance: Instance) => (instance.spec?.componentSpecs ?? []) as Component[];
export const definitionOf = (component: Component) =>
  component.componentDef ?? component.componentDefRef ?? component.name;

/** The backup policy that the operator makes for a component. */
export const policyOf = (cluster: string, component: string) => `${cluster}-${component}-backup-policy`;

/** Replicas, 0 while stopped. */
export const wantedOf = (component: Component) => (component.stop ? 0 : number(component.replicas, 1));

/** The engine of a component: by its own definition, else by the cluster's. */
export function engineFor(instance: Instance, component: Component): Engine | undefined {
  return engineOf(definitionOf(component)) ?? engineOf(text(instance.spec?.clusterDefinitionRef));
}

/** `postgresql-14.8.0` → `14.8.0`, and the service version of newer clusters as it is. */
function versionOf(instance: Instance, component: Component): string {
  if (component.serviceVersion) return component.serviceVersion;
  const match = /-(\d[\w.]*(?:-\d+)?)$/.exec(text(instance.spec?.clusterVersionRef));
  return match?.[1] ?? "latest";
}

function labelsOf(instance: Instance, component?: Component): Record<string, string> {
  const definition = text(instance.spec?.clusterDefinitionRef) || (component ? definitionOf(component) : "");
  return {
    [INSTANCE]: instance.metadata.name,
    "app.kubernetes.io/managed-by": MANAGER,
    ...(definition ? { "app.kubernetes.io/name": definition } : {}),
    ...(component
      ? { "app.kubernetes.io/component": definitionOf(component), [COMPONENT]: component.name }
      : {}),
  };
}

/** `<name>-conn-credential` for the first component, and an account Secret for each. */
export async function makeSecrets(context: OperatorContext, instance: Instance): Promise<void> {
  const { name, namespace = "" } = instance.metadata;
  const passwords = new Map<string, string>();
  for (const component of componentsOf(instance)) {
    const engine = engineFor(instance, component);
    if (!engine?.user) continue;
    const host = `${name}-${component.name}.${namespace}.svc`;
    const metadata = {
      name: `${name}-${component.name}-account-${engine.user}`,
      namespace,
      labels: { ...labelsOf(instance, component), "account.kubeblocks.io/name": engine.user },
      finalizers: [],
      ownerReferences: ownedBy(instance, CONTROLLER),
    };
    const values = await ensureSecret(context, metadata, () => ({
      username: engine.user,
      password: randomPassword(16),
      host,
      port: String(engine.port),
      endpoint: `${host}:${engine.port}`,
    }));
    passwords.set(component.name, values.password ?? "");
  }
  const [first] = componentsOf(instance);
  const engine = first && engineFor(instance, first);
  if (!first || !engine) return;
  const service = `${name}-${first.name}`;
  const host = `${service}.${namespace}.svc`;
  const headless = `${service}-0.${service}-headless.${namespace}.svc`;
  const metadata = {
    name: `${name}-conn-credential`,
    namespace,
    labels: labelsOf(instance),
    ownerReferences: ownedBy(instance, CONTROLLER),
  };
  await ensureSecret(context, metadata, () => ({
    username: engine.user,
    password: passwords.get(first.name) ?? randomPassword(16),
    host,
    port: String(engine.port),
    endpoint: `${host}:${engine.port}`,
    headlessHost: headless,
    headlessPort: String(engine.port),
    headlessEndpoint: `${headless}:${engine.port}`,
  }));
}

/** Services, account and StatefulSet of one component. Tells whether its pods will change. */
export async function makeComponent(
  context: OperatorContext,
  instance: Instance,
  component: Component,
): Promise<boolean> {
  const engine = engineFor(instance, component);
  if (!engine) return false;
  const { name, namespace } = instance.metadata;
  const fullName = `${name}-${component.name}`;
  const labels = labelsOf(instance, component);
  const selector = { [INSTANCE]: name, "app.kubernetes.io/managed-by": MANAGER, [COMPONENT]: component.name };
  const owner = { ownerReferences: ownedBy(instance, CONTROLLER) };
  const ports = [
    { name: engine.container, port: engine.port, protocol: "TCP", targetPort: engine.container },
  ];
  const leader = engine.roles ? { "kubeblocks.io/role": engine.roles[0] } : {};
  const services: Child[] = [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: fullName, namespace, labels, ...owner },
      spec: { type: "ClusterIP", ports, selector: { ...selector, ...leader } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: `${fullName}-headless`, namespace, labels, ...owner },
      spec: { type: "ClusterIP", clusterIP: "None", publishNotReadyAddresses: true, ports, selector },
    },
  ];
  for (const service of services) await ensure(context, MANAGER, service);
  await ensureAccount(context, instance, component.serviceAccountName);
  return ensureStatefulSet(context, MANAGER, statefulSetOf(instance, component, engine, labels, selector));
}

/** The account that a component names, unless somebody else has made it already. */
async function ensureAccount(
  context: OperatorContext,
  instance: Instance,
  name: string | undefined,
): Promise<void> {
  const { namespace } = instance.metadata;
  if (!name || (await context.cluster.find({ apiVersion: "v1", kind: "ServiceAccount", name, namespace })))
    return;
  const metadata = {
    name,
    namespace,
    labels: labelsOf(instance),
    ownerReferences: ownedBy(instance, CONTROLLER),
  };
  await context.cluster.create({ apiVersion: "v1", kind: "ServiceAccount", metadata });
}

function statefulSetOf(
  instance: Instance,
  component: Component,
  engine: Engine,
  labels: Record<string, string>,
  matchLabels: Record<string, string>,
): Child & { spec: StatefulSet["spec"] } {
  const { name, namespace } = instance.metadata;
  const fullName = `${name}-${component.name}`;
  const account = `${fullName}-account-${engine.user}`;
  const version = versionOf(instance, component);
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: fullName, namespace, labels, ownerReferences: ownedBy(instance, CONTROLLER) },
    spec: {
      replicas: wantedOf(component),
      serviceName: `${fullName}-headless`,
      podManagementPolicy: "Parallel",
      selector: { matchLabels },
      template: {
        metadata: { labels: { ...labels, "app.kubernetes.io/version": version } },
        spec: {
          ...(component.serviceAccountName ? { serviceAccountName: component.serviceAccountName } : {}),
          containers: [
            {
              name: engine.container,
              image: `${engine.image}:${version}`,
              ports: [{ name: engine.container, containerPort: engine.port, protocol: "TCP" }],
              env: ["username", "password"].map((key) => ({
                name: `DB_${key.toUpperCase()}`,
                valueFrom: { secretKeyRef: { name: account, key } },
              })),
              ...(component.resources ? { resources: component.resources } : {}),
            },
          ],
        },
      },
      volumeClaimTemplates: (component.volumeClaimTemplates ?? []).map((template) => ({
        metadata: { name: template.name, labels: { ...labels, "vct.kubeblocks.io/name": template.name } },
        spec: { accessModes: ["ReadWriteOnce"], ...template.spec },
      })),
    },
  };
}

interface ClusterService {
  name: string;
  serviceName?: string;
  componentSelector?: string;
  roleSelector?: string;
  spec?: Record<string, unknown>;
}

/** `spec.services`: Services for clients, `<cluster>-<serviceName>`, each in front of one component's role. */
export async function makeClusterServices(context: OperatorContext, instance: Instance): Promise<void> {
  const { name: cluster, namespace = "" } = instance.metadata;
  const wanted = ((instance.spec?.services ?? []) as ClusterService[]).map(
    ({ name, serviceName = name, componentSelector = "", roleSelector, spec = {} }): Child => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: `${cluster}-${serviceName}`,
        namespace,
        labels: { ...labelsOf(instance), [CLUSTER_SERVICE]: name },
        ownerReferences: ownedBy(instance, CONTROLLER),
      },
      spec: {
        ...spec,
        selector: {
          [INSTANCE]: cluster,
          "app.kubernetes.io/managed-by": MANAGER,
          ...(componentSelector ? { [COMPONENT]: componentSelector } : {}),
          ...(roleSelector ? { "kubeblocks.io/role": roleSelector } : {}),
        },
      },
    }),
  );
  for (const service of wanted) await ensure(context, MANAGER, service);
  // Services can be dropped only by a change of the spec.
  if (instance.metadata.generation === instance.status?.observedGeneration) return;
  const { items } = await context.cluster.list<ApiObject>({
    ...{ apiVersion: "v1", kind: "Service", namespace },
    labelSelector: `${INSTANCE}=${cluster},${CLUSTER_SERVICE}`,
  });
  for (const { metadata } of items) {
    if (wanted.some((service) => service.metadata.name === metadata.name)) continue;
    context.applied.delete(`${namespace}/Service/${metadata.name}`);
    await remove(context, { apiVersion: "v1", kind: "Service", name: metadata.name, namespace });
  }
}
