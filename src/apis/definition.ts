/**
 * What a kind says of itself. Everything else is done once, by the generic registry, for every kind.
 * Follows kubernetes/apiserver pkg/registry/rest (create.go, update.go, delete.go).
 */
import type { FieldError } from '../apimachinery/field-error.ts';
import type { Random } from '../apimachinery/random.ts';
import type { Schema } from '../apimachinery/schema/schema.ts';
import { struct } from '../apimachinery/schema/table.ts';
import type { ObjectMeta } from '../apimachinery/types/meta.v1.gen.ts';
import type { KubeObject } from './object.ts';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** The verbs of most resources, sorted as discovery lists them. */
export const ALL_VERBS: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** Who asks. */
export interface UserInfo {
  username: string;
  uid?: string;
  groups: string[];
  extra?: Record<string, string[]>;
}

/** What a strategy may know besides the objects: no I/O, no wall clock. */
export interface StrategyContext {
  /** Milliseconds since the epoch, on the cluster's clock. */
  readonly now: number;
  readonly random: Random;
  readonly user: UserInfo;
  /** Namespace of the request, '' for cluster-scoped resources. */
  readonly namespace: string;
  /** Set when the request is for a subresource: `status`, `scale`, … */
  readonly subresource?: string;
  /** Takes the text of a Warning header that validation has found a reason for. */
  readonly warn?: (text: string) => void;
}

/** What validation may ask of the cluster that the object is written to. */
export interface ClusterQuestions {
  /** Labels of the object's namespace; undefined: there is no such namespace. */
  namespaceLabels(): Promise<Readonly<Record<string, string>> | undefined>;
  /** `update` or `patch`, whichever the request is. */
  readonly verb: string;
  /** Why the user may not do that with a subresource of the kind; undefined: they may. */
  refusal(verb: string, subresource: string, namespace: string, name: string): Promise<string | undefined>;
}

/**
 * A kind's own behaviour. All functions are pure but for the object they are given first, which they change in
 * place; `old` is never changed. The registry calls them in this order:
 *
 * create: default -> (admission) -> prepareForCreate -> warningsOnPrepare -> validate -> warningsOnCreate -> canonicalize
 * update: default -> (admission) -> prepareForUpdate -> validateUpdate -> warningsOnUpdate -> canonicalize
 *
 * Names, labels, annotations, owner references, finalizers and required fields are checked by the registry for
 * every kind, with `validateName`.
 */
export interface Strategy<T extends KubeObject = KubeObject> {
  /** Fills in upstream's defaults (SetDefaults_* and the defaults of nested types). Must be idempotent. */
  default?(object: T, ctx: StrategyContext): void;
  /** Wipes what a client may not set at creation (status) and sets initial values. */
  prepareForCreate?(object: T, ctx: StrategyContext): void;
  /** Wipes what an update of the main resource may not change (status, immutable bookkeeping). */
  prepareForUpdate?(object: T, old: T, ctx: StrategyContext): void;
  validate?(object: T, ctx: StrategyContext): FieldError[];
  /** Whole validation of an update: the object itself and what may change. */
  validateUpdate?(object: T, old: T, ctx: StrategyContext): FieldError[];
  /**
   * What depends on the rest of the cluster, at creation (`old` is undefined) and at updates, those of the status too. What
   * it says comes before everything else that is wrong, and is proved when the object is committed.
   */
  validateInCluster?(
    object: T,
    old: T | undefined,
    ctx: StrategyContext,
    cluster: ClusterQuestions,
  ): Promise<FieldError[]>;
  /** Texts for Warning headers. The first are of objects that are refused, too. */
  warningsOnPrepare?(object: T, ctx: StrategyContext): string[];
  warningsOnCreate?(object: T, ctx: StrategyContext): string[];
  warningsOnUpdate?(object: T, old: T, ctx: StrategyContext): string[];
  /** Brings the object to the form it is stored in. */
  canonicalize?(object: T): void;
  /** Messages for a bad name (empty: good). Default: a DNS subdomain. `prefix` is true for generateName. */
  validateName?(name: string, prefix: boolean): readonly string[];
  /** PUT of a missing object creates it (leases, events, …). Default false. */
  allowCreateOnUpdate?: boolean;
  /** PUT without resourceVersion is last-write-wins. Default true. */
  allowUnconditionalUpdate?: boolean;
  /**
   * `spec`: metadata.generation starts at 1 and rises with each change outside metadata and status. `none`: the
   * kind has no generation. Default: `spec` when the struct has a spec field, else `none`.
   */
  generation?: 'spec' | 'none';
  /** What an update of the `status` subresource does besides keeping everything but status. */
  status?: {
    prepareForUpdate?(object: T, old: T, ctx: StrategyContext): void;
    validateUpdate?(object: T, old: T, ctx: StrategyContext): FieldError[];
    warningsOnUpdate?(object: T, old: T, ctx: StrategyContext): string[];
    /** The metadata that stays as it is, and that nobody comes to own; default none. `all`: labels, annotations, owners, finalizers. */
    readonly keptMetadata?: 'all' | readonly (keyof ObjectMeta)[];
  };
  /**
   * Graceful deletion: the grace period in seconds for this deletion (0: at once), or undefined when the kind is
   * always deleted at once. `requested` is DeleteOptions.gracePeriodSeconds.
   */
  gracePeriod?(object: T, requested: number | bigint | undefined): number | bigint | undefined;
  /** Finalizers outside metadata that hold a deletion back: a namespace's spec.finalizers. */
  heldBy?(object: T): readonly string[];
  /** What a deletion that has to wait changes besides metadata: a namespace's phase. */
  deletionStarted?(object: T, old: T): void;
  /**
   * What a DELETE without a propagation policy does with dependents. Default `background`. `unsupported`: the kind has
   * no dependents, and no policy makes its objects wait for them.
   */
  defaultDeletionPolicy?: 'background' | 'orphan' | 'unsupported';
  /** Names that no DELETE takes, with the reason: names of objects the system needs. Collections go with them. */
  readonly undeletable?: Readonly<Record<string, string>>;
  /** What clients are told who delete without saying what becomes of dependents. */
  readonly warningOnDelete?: string;
  /**
   * The fields that nobody comes to own through an endpoint, as it resets them: by subresource (`''`: the resource
   * itself), dotted. Default: the status, through the status the spec and `keptMetadata`.
   */
  readonly resets?: Readonly<Record<string, readonly string[]>>;
}

/** A column of the Table form. Source: kubernetes pkg/printers/internalversion/printers.go. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  /** 0 is always shown, 1 only with -o wide. */
  readonly priority: number;
}

export type Cell = string | number | boolean | null;

/** How a kind looks as a Table. */
export interface Printer<T extends KubeObject = KubeObject> {
  readonly columns: readonly Column[];
  /** One cell for each column. Never throws, whatever a stored object lacks. `now` in ms. */
  cells(object: T, now: number): Cell[];
  /** The order of the rows of a list, where it is not that of the names. */
  compare?(a: T, b: T): number;
  /** Row conditions (pods: Completed). */
  conditions?(object: T): { type: string; status: string; reason?: string; message?: string }[];
}

/** How a kind is scaled. Missing for kinds without the scale subresource. */
export interface ScaleAccess<T extends KubeObject = KubeObject> {
  getReplicas(object: T): number;
  setReplicas(object: T, replicas: number): void;
  statusReplicas(object: T): number;
  /** The selector in its text form. */
  selector(object: T): string;
  /** Where the replicas are; absent: `spec`, `replicas`. */
  readonly replicasPath?: readonly string[];
  /** What keeps the scale of a custom resource from being read: a field that is missing, or of a wrong type. */
  obstacle?(object: T): { readonly missing: string } | { readonly wrong: string } | undefined;
}

/** A subresource as discovery lists it. Its behaviour stands with the registry, under this name. */
export interface Subresource {
  readonly name: string;
  /** Sorted. */
  readonly verbs: readonly string[];
  /** Its kind; group and version when they differ from the parent's. */
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
}

/** A resource: a plural name in a group and version, with everything the server knows of it. */
export interface ResourceDefinition<T extends KubeObject = KubeObject> {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, as in the path: `pods`. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  /** Default `<kind>List`. */
  readonly listKind?: string;
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** Name of the struct in the schema table: `core.v1.Pod`. */
  readonly typeName: string;
  /** The warning every request for a deprecated resource gets. */
  readonly deprecated?: string;
  /**
   * Where objects are stored when that is under another resource's name: two versions or groups of one kind share
   * one storage (events, horizontalpodautoscalers). The functions convert between this version and the stored one.
   */
  readonly storedAs?: {
    readonly group: string;
    readonly resource: string;
    toStored(object: KubeObject): KubeObject;
    fromStored(object: KubeObject): KubeObject;
  };
  readonly strategy: Strategy<T>;
  /** Default: Name and Created At. */
  readonly printer?: Printer<T>;
  /** Fills in what is computed when an object is read instead of being written, in place. `now` in ms. */
  present?(object: T, now: number): void;
  /** Field selectors besides metadata.name and metadata.namespace. Values are compared as text. */
  readonly selectableFields?: Readonly<Record<string, (object: T) => string>>;
  /** How another field is refused; default: `field label not supported: <label>`. */
  readonly refuseField?: (label: string) => string;
  readonly scale?: ScaleAccess<T>;
  readonly subresources?: readonly Subresource[];
  /** What is known of a resource that a CustomResourceDefinition makes; absent: the resource is built in. */
  readonly custom?: CustomResource;
}

/** How a custom resource differs from a built-in one, but for its strategy: its schema is not in the table. */
export interface CustomResource {
  /** Name of the CustomResourceDefinition. */
  readonly crd: string;
  /** Whether its definition, as it is now, makes the same resources as the one this was made from. */
  isSameBy(crd: KubeObject): boolean;
  /** Of the objects of this version, for whoever owns, merges and shows fields. */
  readonly schema: Schema;
  /** By which bodies are read: everything is left to `admitFields`. */
  readonly body: Schema;
  /**
   * Brings what a client sent to the schema, in place: unknown fields go, defaults come.
   * Answers what a strict reader reports (`unknown field "spec.foo"`). @throws Error for metadata that cannot be read.
   * @param how `applied`: an apply made the object, whose nulls stay for validation to judge.
   */
  admitFields(object: KubeObject, how?: { applied?: boolean }): readonly string[];
  /**
   * Brings an object as it is stored, maybe in another version and under an older schema, to the present schema of this
   * version, in place. @throws StatusError for what only a webhook could convert.
   */
  fromStorage(object: KubeObject): void;
  /** JSONPaths of the selectable fields, for those who know nothing else of the resource: `.spec.color`. */
  readonly selectablePaths: readonly string[];
  /** The schema as OpenAPI documents of version 2 or 3 show it. */
  published(dialect: 'v2' | 'v3'): Record<string, unknown>;
  /** While its definition is being deleted nothing new is created. */
  readonly terminating: boolean;
  /** All versions of the resource that are served and can be converted into this one, by apiVersion. */
  readonly versions: () => ReadonlyMap<string, ResourceDefinition>;
}

/** The schema of a resource's objects. */
export const schemaOf = ({ custom, typeName }: Pick<ResourceDefinition, 'custom' | 'typeName'>): Schema =>
  custom?.schema ?? struct(typeName);

/** Keeps a definition's type parameter where it is written and drops it where definitions are listed. */
export function define<T extends KubeObject>(definition: ResourceDefinition<T>): ResourceDefinition {
  return definition as unknown as ResourceDefinition;
}

/** The status subresource of most kinds. */
export const statusOf = (kind: string): Subresource => ({
  name: 'status',
  verbs: ['get', 'patch', 'update'],
  kind,
});
/** The scale subresource. */
export const SCALE: Subresource = {
  name: 'scale',
  verbs: ['get', 'patch', 'update'],
  kind: 'Scale',
  group: 'autoscaling',
  version: 'v1',
};
