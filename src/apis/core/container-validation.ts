/**
 * Containers, init containers and ephemeral containers.
 * Source: kubernetes pkg/apis/core/validation/validation.go (validateContainers, validateInitContainers, …).
 */
import {
  at,
  child,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
  tooMany,
} from '../../apimachinery/field-error.ts';
import type {
  Container,
  ContainerPort,
  ContainerResizePolicy,
  EphemeralContainer,
  Volume,
} from '../../apimachinery/types/core.v1.gen.ts';
import { isValidPortName, isValidPortNum } from '../../apimachinery/validation/content.ts';
import { validateEnv, validateEnvFrom } from './env-validation.ts';
import {
  checkDNS1123Label,
  checkOneOf,
  checkRequiredOneOf,
  checkRequiredOneOfInOrder,
  invalidEach,
} from './field-rules.ts';
import type { PodValidationOptions } from './pod-options.ts';
import { isRestartableInitContainer } from './pod-util.ts';
import { validateProbesAndLifecycle } from './probe-validation.ts';
import {
  validateContainerResourceName,
  validateResourceRequirements,
} from './resources-requirements-validation.ts';
import { validateSecurityContext } from './security-context-validation.ts';
import { validateVolumeDevices, validateVolumeMounts } from './volume-mount-validation.ts';

/** What the rules of a container know of its pod. */
export interface ContainerContext {
  /** The pod's volumes without faults, by name. */
  readonly volumes: ReadonlyMap<string, Volume>;
  /** Names of spec.resourceClaims. */
  readonly claimNames: ReadonlySet<string>;
  readonly restartPolicy: string;
  /** Seconds; undefined when the pod's own is at fault already. */
  readonly gracePeriod: number | bigint | undefined;
  readonly hostUsers: boolean;
  readonly osName: string | undefined;
  readonly options: PodValidationOptions;
}

export function validateContainers(
  containers: readonly Container[],
  context: ContainerContext,
  path: string,
): FieldError[] {
  if (containers.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const here = at(path, index);
    errors.push(...validateContainer(container, context, here));
    if (names.has(container.name ?? '')) errors.push(duplicate(child(here, 'name'), container.name));
    names.add(container.name ?? '');
    errors.push(...validateProbesAndLifecycle(container, context.gracePeriod, context.osName, here));
    errors.push(...validateRestartPolicy(container, here));
  }
  return [...errors, ...validateHostPortsUnique(containers, path)];
}

const NOT_FOR_INIT = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

export function validateInitContainers(
  initContainers: readonly Container[] | undefined,
  containers: readonly Container[],
  context: ContainerContext,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set(containers.map((one) => one.name ?? ''));
  for (const [index, container] of (initContainers ?? []).entries()) {
    const here = at(path, index);
    errors.push(...validateContainer(container, context, here));
    // Without a policy of its own, its rules are not looked at.
    const { restartPolicy, restartPolicyRules } = container;
    const ruled = restartPolicy === undefined && restartPolicyRules?.length;
    errors.push(...(ruled ? [policyNeeded(here)] : validateRestartPolicy(container, here)));
    if (names.has(container.name ?? '')) errors.push(duplicate(child(here, 'name'), container.name));
    else if (container.name) names.add(container.name);
    // Init containers run one by one: their ports only conflict among themselves.
    errors.push(...validateHostPortsUnique([container], path));
    if (isRestartableInitContainer(container)) {
      errors.push(...validateProbesAndLifecycle(container, context.gracePeriod, context.osName, here));
      continue;
    }
    for (const field of NOT_FOR_INIT) {
      if (!container[field]) continue;
      errors.push(
        forbidden(child(here, field), 'may not be set for init containers without restartPolicy=Always'),
      );
    }
    if (!context.options.allowRestartingInitContainerResize) {
      errors.push(...validateInitResizePolicy(container, child(here, 'resizePolicy')));
    }
  }
  return errors;
}

/** What runs once is not restarted to give it other resources. */
const validateInitResizePolicy = ({ resizePolicy }: Container, path: string): FieldError[] =>
  (resizePolicy ?? []).flatMap(({ restartPolicy }, index) =>
    restartPolicy === 'RestartContainer'
      ? [
          invalid(
            child(at(path, index), 'restartPolicy'),
            restartPolicy,
            "must not be set to 'RestartContainer' for non-sidecar initContainers",
          ),
        ]
      : [],
  );

/** Ephemeral containers must not be relied upon: they have none of these. */
const NOT_FOR_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;
const REFUSED = 'cannot be set for an Ephemeral Container';

export function validateEphemeralContainers(
  ephemeralContainers: readonly EphemeralContainer[] | undefined,
  others: readonly Container[],
  context: ContainerContext,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const targets = new Set(others.map((one) => one.name ?? ''));
  const names = new Set(targets);
  for (const [index, container] of (ephemeralContainers ?? []).entries()) {
    const here = at(path, index);
    errors.push(...validateContainer(container, context, here), ...validateImageSpace(container, here));
    if (names.has(container.name ?? '')) errors.push(duplicate(child(here, 'name'), container.name));
    names.add(container.name ?? '');
    const target = container.targetContainerName;
    if (target && !targets.has(target)) errors.push(notFound(child(here, 'targetContainerName'), target));
    for (const field of NOT_FOR_EPHEMERAL) {
      if (isGiven(container[field])) errors.push(forbidden(child(here, field), REFUSED));
    }
    for (const [position, mount] of (container.volumeMounts ?? []).entries()) {
      const mountPath = at(child(here, 'volumeMounts'), position);
      if (mount.subPath) errors.push(forbidden(child(mountPath, 'subPath'), REFUSED));
      if (mount.subPathExpr) errors.push(forbidden(child(mountPath, 'subPathExpr'), REFUSED));
    }
  }
  return errors;
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && (typeof value !== 'object' || Object.keys(value ?? {}).length > 0);

/** Images of pods, not of templates, have no white space around them. */
export const validateImageSpace = ({ image = '' }: Container, path: string): FieldError[] =>
  image.trim() === image
    ? []
    : [invalid(child(path, 'image'), image, 'must not have leading or trailing whitespace')];

/** What holds for containers of all sorts. */
function validateContainer(
  container: Container | EphemeralContainer,
  context: ContainerContext,
  path: string,
): FieldError[] {
  const { name, image, volumeMounts, volumeDevices, resources } = container;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(child(path, 'name')));
  else errors.push(...checkDNS1123Label(name, child(path, 'name')));
  if (!image) errors.push(required(child(path, 'image')));
  errors.push(
    ...checkRequiredOneOfInOrder(
      container.terminationMessagePolicy,
      ['File', 'FallbackToLogsOnError'],
      child(path, 'terminationMessagePolicy'),
    ),
    ...validatePorts(container.ports, child(path, 'ports')),
    ...validateEnv(container.env, child(path, 'env')),
    ...validateEnvFrom(container.envFrom, child(path, 'envFrom')),
    ...validateVolumeMounts(container, context.volumes, child(path, 'volumeMounts')),
    ...validateVolumeDevices(
      volumeDevices ?? [],
      volumeMounts ?? [],
      context.volumes,
      child(path, 'volumeDevices'),
    ),
    ...checkRequiredOneOf(
      container.imagePullPolicy,
      ['Always', 'IfNotPresent', 'Never'],
      child(path, 'imagePullPolicy'),
    ),
    ...validateResourceRequirements(
      resources ?? {},
      validateContainerResourceName,
      context.claimNames,
      child(path, 'resources'),
      context.options,
    ),
    ...validateResizePolicy(container.resizePolicy, context.restartPolicy, child(path, 'resizePolicy')),
    ...validateSecurityContext(container.securityContext, context.hostUsers, child(path, 'securityContext')),
  );
  return errors;
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function validatePorts(ports: readonly ContainerPort[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [index, { name, containerPort, hostPort, protocol }] of (ports ?? []).entries()) {
    const here = at(path, index);
    if (name) {
      const messages = isValidPortName(name);
      errors.push(...invalidEach(child(here, 'name'), name, messages));
      if (messages.length === 0 && names.has(name)) errors.push(duplicate(child(here, 'name'), name));
      if (messages.length === 0) names.add(name);
    }
    if (!containerPort) errors.push(required(child(here, 'containerPort')));
    else
      errors.push(...invalidEach(child(here, 'containerPort'), containerPort, isValidPortNum(containerPort)));
    if (hostPort) errors.push(...invalidEach(child(here, 'hostPort'), hostPort, isValidPortNum(hostPort)));
    errors.push(...checkRequiredOneOf(protocol, PROTOCOLS, child(here, 'protocol')));
  }
  return errors;
}

/** A host has each port once for each protocol and address. */
function validateHostPortsUnique(containers: readonly Container[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  for (const [index, { ports }] of containers.entries()) {
    for (const [position, { protocol = '', hostIP = '', hostPort }] of (ports ?? []).entries()) {
      if (!hostPort) continue;
      const port = `${protocol}/${hostIP}/${hostPort}`;
      const here = at(child(at(path, index), 'ports'), position);
      if (taken.has(port)) errors.push(duplicate(child(here, 'hostPort'), port));
      taken.add(port);
    }
  }
  return errors;
}

function validateResizePolicy(
  policies: readonly ContainerResizePolicy[] | undefined,
  podRestartPolicy: string,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [index, { resourceName, restartPolicy }] of (policies ?? []).entries()) {
    if (seen.has(resourceName)) errors.push(duplicate(at(path, index), resourceName));
    seen.add(resourceName);
    errors.push(...checkRequiredOneOf(resourceName, ['cpu', 'memory'], path));
    errors.push(...checkRequiredOneOf(restartPolicy, ['NotRequired', 'RestartContainer'], path));
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const text = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      errors.push(invalid(path, restartPolicy ?? '', text));
    }
  }
  return errors;
}

const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;
const RULE_ACTIONS = ['Restart', 'RestartAllContainers'];

const policyNeeded = (path: string): FieldError =>
  required(child(path, 'restartPolicy'), 'must specify restartPolicy when restart rules are used');

/** When a container restarts, if not as its pod says. */
function validateRestartPolicy(
  { restartPolicy, restartPolicyRules: rules = [] }: Container,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const here = child(path, 'restartPolicy');
  if (restartPolicy !== undefined)
    errors.push(...checkOneOf(restartPolicy, ['Always', 'Never', 'OnFailure'], here));
  else if (rules.length > 0) errors.push(policyNeeded(path));
  if (rules.length > MAX_RULES) {
    errors.push(tooMany(child(path, 'restartPolicyRules'), rules.length, MAX_RULES));
  }
  for (const [index, { action = '', exitCodes }] of rules.entries()) {
    const rule = at(child(path, 'restartPolicyRules'), index);
    if (!RULE_ACTIONS.includes(action))
      errors.push(notSupported(child(rule, 'action'), action, RULE_ACTIONS));
    const codes = child(rule, 'exitCodes');
    if (!exitCodes) {
      errors.push(required(codes, 'must be specified'));
      continue;
    }
    errors.push(...checkOneOf(exitCodes.operator ?? '', ['In', 'NotIn'], child(codes, 'operator')));
    const count = exitCodes.values?.length ?? 0;
    if (count > MAX_EXIT_CODES) errors.push(tooMany(child(codes, 'values'), count, MAX_EXIT_CODES));
  }
  return errors;
}
