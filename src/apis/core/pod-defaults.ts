/**
 * Defaults of pods and pod templates.
 * Source: kubernetes pkg/apis/core/v1/defaults.go (SetDefaults_Pod, SetDefaults_PodSpec), conversion.go.
 */
import type {
  Container,
  Pod,
  PodSpec,
  PodStatus,
  PodTemplateSpec,
} from '../../apimachinery/types/core.v1.gen.ts';
import { defaultContainer } from './container-defaults.ts';
import { defaultPodLevelResources } from './pod-level-resources.ts';
import { defaultResourceList, defaultResourceRequirements } from './resource-list.ts';
import { defaultVolume } from './volume-defaults.ts';

const GRACE_PERIOD_SECONDS = 30;

/** Fills in what pods and pod templates have in common, in place. Idempotent. */
export function defaultPodSpec(spec: PodSpec): void {
  spec.containers ??= [];
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= GRACE_PERIOD_SECONDS;
  spec.schedulerName ||= 'default-scheduler';
  mirrorServiceAccount(spec);
  spec.initContainers?.forEach(defaultContainer);
  spec.containers.forEach(defaultContainer);
  spec.ephemeralContainers?.forEach(defaultContainer);
  spec.volumes?.forEach(defaultVolume);
  defaultResourceList(spec.overhead);
  defaultResourceRequirements(spec.resources);
}

/** The deprecated `serviceAccount` always repeats `serviceAccountName`, which wins when they differ. */
export function mirrorServiceAccount(spec: PodSpec): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name) return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}

/** Fills in a pod in place: the spec's defaults, and those that templates do not get. */
export function defaultPod(pod: Pod): void {
  pod.spec ??= { containers: [] };
  const { spec } = pod;
  defaultPodSpec(spec);
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  containers.forEach(requestWhatIsLimited);
  defaultPodLevelResources(spec);
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork) containers.forEach(exposeOnHost);
  dropInitContainerAnnotations(pod.metadata?.annotations);
  // Not so in templates: there a negative one stays.
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  if (pod.status) mirrorPodIP(pod.status);
}

/** podIP is the first of podIPs; a node that knows only the older field is followed. */
function mirrorPodIP(status: PodStatus): void {
  const { podIP, podIPs } = status;
  if (podIP && podIPs?.[0]?.ip !== podIP) status.podIPs = [{ ip: podIP }];
  else if (!podIP && podIPs?.[0]?.ip) status.podIP = podIPs[0].ip;
}

/** Fills in a pod template in place. A missing spec becomes an empty one, which validation refuses. */
export function defaultPodTemplateSpec(template: PodTemplateSpec): void {
  template.metadata ??= {};
  template.spec ??= { containers: [] };
  defaultPodSpec(template.spec);
  dropInitContainerAnnotations(template.metadata.annotations);
}

/** A request that is not given equals its limit. */
function requestWhatIsLimited(container: Container): void {
  const { resources } = container;
  if (resources?.limits) resources.requests = { ...resources.limits, ...resources.requests };
}

/** Ports of a pod on the host's network are the host's. */
function exposeOnHost(container: Container): void {
  for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
}

const INIT_CONTAINER_ANNOTATIONS = [
  'pod.beta.kubernetes.io/init-containers',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-container-statuses',
];

function dropInitContainerAnnotations(annotations: Record<string, string> | undefined): void {
  if (!annotations) return;
  for (const key of INIT_CONTAINER_ANNOTATIONS) delete annotations[key];
}
