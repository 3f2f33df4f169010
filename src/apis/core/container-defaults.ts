/**
 * Defaults of containers of all sorts.
 * Source: kubernetes pkg/apis/core/v1/defaults.go, zz_generated.defaults.go.
 */
import type {
  Container,
  EnvVar,
  EphemeralContainer,
  HTTPGetAction,
  LifecycleHandler,
  ObjectFieldSelector,
  Probe,
  ResourceFieldSelector,
} from '../../apimachinery/types/core.v1.gen.ts';
import { canonicalQuantity } from '../../apimachinery/quantity.ts';
import { defaultPullPolicy } from './container-image.ts';
import { defaultResourceRequirements } from './resource-list.ts';

/** Fills in one container, init container or ephemeral container in place. */
export function defaultContainer(container: Container | EphemeralContainer): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image);
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.resources ??= {};
  defaultResourceRequirements(container.resources);
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const variable of container.env ?? []) defaultEnvVar(variable);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe) defaultProbe(probe);
  }
  defaultHandler(container.lifecycle?.postStart);
  defaultHandler(container.lifecycle?.preStop);
}

function defaultEnvVar(variable: EnvVar): void {
  const source = variable.valueFrom;
  if (!source) return;
  defaultFieldRef(source.fieldRef);
  defaultResourceFieldRef(source.resourceFieldRef);
  if (source.fileKeyRef) source.fileKeyRef.optional ??= false;
}

/** A field of the pod is read as of v1 unless said otherwise. */
export function defaultFieldRef(ref: ObjectFieldSelector | undefined): void {
  if (ref) ref.apiVersion ||= 'v1';
}

/** The divisor is a plain quantity, not a pointer: unset it reads 0. */
export function defaultResourceFieldRef(ref: ResourceFieldSelector | undefined): void {
  if (!ref) return;
  ref.divisor = ref.divisor ? canonicalQuantity(String(ref.divisor)) : '0';
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  defaultHTTPGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHandler(handler: LifecycleHandler | undefined): void {
  defaultHTTPGet(handler?.httpGet);
}

function defaultHTTPGet(action: HTTPGetAction | undefined): void {
  if (!action) return;
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}
