import type { ActionGroup } from "../action-groups.ts";
import type { Condition } from "../kubernetes.ts";
import type { Reason, ReasonCode } from "../reasons.ts";
import type { Localized, Mode, Resource } from "./resource.ts";

/** What a member may do: read; publish and edit; also see to members and settings. */
export type OrganizationRole = "viewer" | "publisher" | "owner";

export type Organization = Resource<
  "Organization",
  {
    displayName?: string;
    description?: string;
    members?: { user: string; role: OrganizationRole }[];
    /** Links by which somebody may become a member, once each; `hash` is the code's SHA-256. */
    invitations?: {
      id: string;
      hash: string;
      role: OrganizationRole;
      expiresAt: string;
      createdBy?: string;
    }[];
    trusted?: boolean;
    /** PEM; images signed with one of them are the organization's own. */
    publicKeys?: string[];
    /** Only images signed with one of the keys are installed. */
    requireSignature?: boolean;
  },
  { repositories?: number }
>;

/** What a publisher says of one tag. */
export interface TagWords {
  name: string;
  releaseNotes?: string;
  deprecated?: boolean;
  deprecatedReason?: string;
}

/** Named `<org>.<repo>`. */
export type Repository = Resource<
  "Repository",
  {
    organization: string;
    repository: string;
    visibility?: "public" | "private";
    /** Registry reference without tag, or `content` for images in the Hub's own content store. */
    source?: string;
    title?: string;
    description?: string;
    categories?: string[];
    keywords?: string[];
    /** A `data:` URI; goes before the image's own. */
    icon?: string;
    /** In English; `readmes` go before it. */
    readme?: string;
    readmes?: Record<string, string>;
    links?: { name: string; url: string }[];
    i18n?: Record<string, Localized>;
    /** The tag that is the latest, whatever the versions say. */
    latest?: string;
    /** What the publisher says of single tags; goes before what their images say. */
    tags?: TagWords[];
  },
  {
    tags?: {
      name: string;
      digest: string;
      size: number;
      createdAt: string;
      deprecated?: boolean;
      deprecatedReason?: string;
    }[];
    /** When its registry was last looked at, whatever came of it. */
    checkedAt?: string;
    latestTag?: string;
    mode?: Mode;
    /** What the latest tag says; `spec` overrides it. */
    title?: string;
    description?: string;
    categories?: string[];
    keywords?: string[];
    i18n?: Record<string, Localized>;
    verified?: boolean;
    installs?: number;
    conditions?: Condition[];
  }
>;

/** One per tag, named `<org>.<repo>.<encoded tag>` (see `imageName`). */
export type Image = Resource<
  "Image",
  {
    repository: string;
    tag: string;
    digest: string;
    /** Bytes of all blobs, as stored. */
    size?: number;
    createdAt?: string;
    mode?: Mode;
    version?: string;
    releaseNotes?: string;
    deprecated?: boolean;
    inputs?: InputDeclaration[];
    actions?: ActionSummary[];
    requires?: Requirement[];
    permissions?: string[];
    containerImages?: string[];
    readmeDigest?: string;
  },
  {
    conditions?: Condition[];
    /** Which digest was signed, with which of the organization's keys (its fingerprint); absent: not known to be. */
    signature?: { digest: string; key: string };
    /** Why a provider or shared image cannot be installed for the whole cluster: nobody has granted what it needs. */
    objection?: { message: string; reason?: ReasonCode; params?: Record<string, string | number> };
  }
>;

export interface InputDeclaration {
  name: string;
  type: "string" | "number" | "boolean" | "choice";
  /** Shown as its label; default: the name in words. */
  title?: string;
  description?: string;
  default?: string;
  required?: boolean;
  options?: string[];
  /** Of an action: an expression over `option` and `object`; only options for which it holds are offered. */
  only?: string;
  /** The text is an amount as Kubernetes writes it: `10Gi`, `500m`. */
  quantity?: "bytes" | "cores";
  /** Bounds of a number or an amount, as text; of an action they may be expressions over `object`. */
  minimum?: string;
  maximum?: string;
  /** Of an action: the amount that there is now, which can only grow. */
  above?: string;
  /** An expression; the input is shown only while it is true. */
  if?: string;
  /** Given through a Secret, never through `spec.inputs`. */
  secret?: boolean;
  i18n?: Record<string, { title?: string; description?: string }>;
}

export interface ActionSummary {
  name: string;
  title?: string;
  description?: string;
  group?: ActionGroup;
  phase?: ActionPhase;
  inputs?: InputDeclaration[];
  /** For a provider: the kind of instance it acts on. */
  target?: { apiVersion: string; kind: string };
  i18n?: Record<string, Localized>;
  /** What carries it out. */
  by: "patch" | "create" | "apply" | "delete" | "cmd";
  /** Of one on an instance: why it makes no sense as that is now. */
  unavailable?: { message: string } & Reason;
}

export type ActionPhase = "ON_INSTALL" | "ON_RUN" | "ON_CLOSE" | "ON_UNINSTALL";

/** Something an image needs: a kind that the cluster must serve, or another image (`org/repo:tag`). */
export type Requirement = { apiVersion: string; kind: string } | { image: string };
