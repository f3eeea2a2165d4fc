import type { Informer } from "../../cluster/index.ts";
import { podsOf } from "../../install/belonging.ts";
import { podView } from "../../install/instance-view.ts";
import { selects } from "../../install/paths.ts";
import type { InstanceKind } from "../../model/image.ts";
import { type KubernetesObject, parseApiVersion } from "../../model/kubernetes.ts";
import {
  type Announcement,
  API_VERSION,
  APP_API_VERSION,
  type Installation,
  type Provider,
} from "../../model/resources.ts";
import { announced } from "../announced.ts";
import { eventView } from "../event-view.ts";
import type { Informers } from "../informers.ts";
import type { Instances } from "../instances.ts";
import type { AccessQuestion } from "../members.ts";
import type { ParsedTopic } from "./topic.ts";

/** What a topic shows: keys, the value of each, and word when one may have changed. */
export interface Source {
  /** Rights that the member must have, all of them. */
  questions: AccessQuestion[];
  keys(): string[];
  /** Undefined: there is no such item (any more). */
  view(key: string): object | undefined | Promise<object | undefined>;
  watch(mark: (key: string) => void): () => void;
}

export interface SourceContext {
  informers: Informers;
  instances: Instances;
  namespace: string;
}

/** The source of a topic. For a provider's instances it throws when the provider is not there (yet). */
export async function sourceOf(topic: ParsedTopic, context: SourceContext): Promise<Source> {
  const { informers, namespace } = context;
  const hub = (kind: string, resource: string) =>
    listed(informers.hub(kind), namespace, question("hub.sealos.io", resource, namespace));
  switch (topic.kind) {
    case "installations":
      return hub("Installation", "installations");
    case "actionruns":
      return hub("ActionRun", "actionruns");
    case "desktop":
      return hub("Desktop", "desktops");
    case "budgets":
      return hub("Budget", "budgets");
    case "apps":
      return listed(
        informers.of({ apiVersion: APP_API_VERSION, kind: "App" }),
        namespace,
        question("app.sealos.io", "apps", namespace),
      );
    case "quota":
      return listed(informers.core("ResourceQuota"), namespace, question("", "resourcequotas", namespace));
    case "events":
      return listed(informers.core("Event"), namespace, question("", "events", namespace), eventView);
    case "providers":
      return providers(informers.of<Provider>({ apiVersion: API_VERSION, kind: "Provider" }));
    case "announcements":
      return announced(informers.hub<Announcement>("Announcement"));
    case "catalogue":
      return { questions: [], keys: () => [], view: () => undefined, watch: () => () => undefined };
    case "pods":
      return installationPods(context, topic.installation);
    case "instances":
      return instanceList(context, topic.provider);
    case "instance":
      return instanceDetail(context, topic);
  }
}

function question(group: string, resource: string, namespace: string): AccessQuestion {
  return { verb: "list", group, resource, namespace };
}

function listed(
  informer: Informer<KubernetesObject>,
  namespace: string,
  asked: AccessQuestion,
  view: (object: KubernetesObject) => object = (object) => object,
): Source {
  return {
    questions: [asked],
    keys: () => informer.list(namespace).map(({ metadata }) => metadata.name),
    view: (key) => {
      const object = informer.get(namespace, key);
      return object && view(object);
    },
    watch: (mark) =>
      informer.subscribe(({ object }) => {
        if (object.metadata.namespace === namespace) mark(object.metadata.name);
      }),
  };
}

/** Everybody sees which providers there are; what they consist of is the administrators' business. */
function providers(informer: Informer<Provider>): Source {
  return {
    questions: [],
    keys: () => informer.list().map(({ metadata }) => metadata.name),
    view: (key) => {
      const provider = informer.get(undefined, key);
      if (!provider?.status) return provider;
      const { inventory: _, ...status } = provider.status;
      return { ...provider, status };
    },
    watch: (mark) => informer.subscribe(({ object }) => mark(object.metadata.name)),
  };
}

/** Pods of an installation; all of the namespace are looked at again when what it consists of changes. */
function installationPods({ informers, namespace }: SourceContext, name: string): Source {
  const installations = informers.hub<Installation>("Installation");
  const pods = informers.core("Pod");
  let known: { installation: Installation | undefined; owns: (pod: KubernetesObject) => boolean } | undefined;
  const owns = (pod: KubernetesObject) => {
    const installation = installations.get(namespace, name);
    if (!known || known.installation !== installation)
      known = { installation, owns: installation ? podsOf(installation) : () => false };
    return known.owns(pod);
  };
  return {
    questions: [question("hub.sealos.io", "installations", namespace), question("", "pods", namespace)],
    keys: () =>
      pods
        .list(namespace)
        .filter(owns)
        .map(({ metadata }) => metadata.name),
    view: (key) => {
      const pod = pods.get(namespace, key);
      return pod && owns(pod) ? podView(pod) : undefined;
    },
    watch: (mark) => {
      const stops = [
        pods.subscribe(({ object: { metadata } }) => {
          if (metadata.namespace === namespace) mark(metadata.name);
        }),
        installations.subscribe(({ object: { metadata } }) => {
          if (metadata.namespace !== namespace || metadata.name !== name) return;
          for (const pod of pods.list(namespace)) mark(pod.metadata.name);
        }),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

function instanceQuestion(kind: InstanceKind, namespace: string): AccessQuestion {
  return question(parseApiVersion(kind.apiVersion).group, kind.plural, namespace);
}

async function instanceList({ instances, namespace }: SourceContext, provider: string): Promise<Source> {
  const { kinds } = await instances.load(provider);
  const kindOf = (key: string) => kinds.find(({ plural }) => plural === key.slice(0, key.indexOf("/")));
  return {
    questions: kinds.map((kind) => instanceQuestion(kind, namespace)),
    keys: () =>
      kinds.flatMap((kind) =>
        instances
          .informerOf(kind)
          .list(namespace)
          .map(({ metadata }) => `${kind.plural}/${metadata.name}`),
      ),
    view: (key) => {
      const kind = kindOf(key);
      const object = kind && instances.informerOf(kind).get(namespace, key.slice(key.indexOf("/") + 1));
      return kind && object && instances.view(provider, kind, object);
    },
    watch: (mark) => {
      const stops: (() => void)[] = [];
      for (const kind of kinds) {
        stops.push(
          instances.informerOf(kind).subscribe(({ object }) => {
            if (object.metadata.namespace === namespace) mark(`${kind.plural}/${object.metadata.name}`);
          }),
        );
        const related = (part: KubernetesObject) => {
          if (part.metadata.namespace !== namespace) return;
          for (const object of instances.informerOf(kind).list(namespace))
            instances.selector(kind, object).then(
              (selector) => {
                if (selects(selector, part.metadata.labels)) mark(`${kind.plural}/${object.metadata.name}`);
              },
              // The provider's selector cannot be read: making the row again reports why.
              () => mark(`${kind.plural}/${object.metadata.name}`),
            );
        };
        for (const informer of [...instances.parts(kind), instances.pods])
          stops.push(informer.subscribe(({ object }) => related(object)));
      }
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

async function instanceDetail(
  { instances, namespace }: SourceContext,
  topic: { provider: string; plural: string; name: string },
): Promise<Source> {
  const { kind } = await instances.kind(topic.provider, topic.plural);
  const key = `${topic.plural}/${topic.name}`;
  const find = () => instances.informerOf(kind).get(namespace, topic.name);
  return {
    questions: [
      instanceQuestion(kind, namespace),
      question("", "pods", namespace),
      question("", "events", namespace),
      ...(kind.backups ? ["jobs", "cronjobs"].map((each) => question("batch", each, namespace)) : []),
    ],
    keys: () => (find() ? [key] : []),
    view: () => {
      const object = find();
      return object && instances.detail(topic.provider, kind, object);
    },
    watch: (mark) => {
      const informers = [
        instances.informerOf(kind),
        ...instances.parts(kind),
        ...instances.backups(kind),
        instances.pods,
        instances.events,
      ];
      const stops = informers.map((informer) =>
        informer.subscribe(({ object }) => {
          if (object.metadata.namespace === namespace) mark(key);
        }),
      );
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
