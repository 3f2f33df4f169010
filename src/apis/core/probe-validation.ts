/**
 * Probes and lifecycle hooks of containers.
 * Source: kubernetes pkg/apis/core/validation/validation.go (validateProbe, validateHandler, validateLifecycle).
 */
import {
  child,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import type {
  Container,
  ExecAction,
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  Probe,
  SleepAction,
} from '../../apimachinery/types/core.v1.gen.ts';
import { isHTTPHeaderName } from '../../apimachinery/validation/content.ts';
import { checkNonNegative, checkPortNumberOrName, invalidEach } from './field-rules.ts';
import { validateStopSignal } from './stop-signal-validation.ts';

/** The three probes and the hooks of a container that may have them. `gracePeriod` in seconds. */
export function validateProbesAndLifecycle(
  container: Container,
  gracePeriod: number | bigint | undefined,
  osName: string | undefined,
  path: string,
): FieldError[] {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  const errors: FieldError[] = [];
  if (lifecycle) errors.push(...validateLifecycle(lifecycle, gracePeriod, osName, child(path, 'lifecycle')));
  if (livenessProbe)
    errors.push(...validateRestartingProbe(livenessProbe, gracePeriod, child(path, 'livenessProbe')));
  if (readinessProbe) {
    const here = child(path, 'readinessProbe');
    const ownPeriod = readinessProbe.terminationGracePeriodSeconds;
    errors.push(...validateProbe(readinessProbe, gracePeriod, here));
    if (ownPeriod !== undefined) {
      const text = 'must not be set for readinessProbes';
      errors.push(invalid(child(here, 'terminationGracePeriodSeconds'), ownPeriod, text));
    }
  }
  if (startupProbe)
    errors.push(...validateRestartingProbe(startupProbe, gracePeriod, child(path, 'startupProbe')));
  return errors;
}

/** A probe whose failure restarts the container: a single success must do. */
function validateRestartingProbe(
  probe: Probe,
  gracePeriod: number | bigint | undefined,
  path: string,
): FieldError[] {
  const errors = validateProbe(probe, gracePeriod, path);
  const { successThreshold = 0 } = probe;
  if (successThreshold !== 1)
    errors.push(invalid(child(path, 'successThreshold'), successThreshold, 'must be 1'));
  return errors;
}

const PROBE_NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

function validateProbe(probe: Probe, gracePeriod: number | bigint | undefined, path: string): FieldError[] {
  const errors = validateHandler(probe, gracePeriod, path);
  for (const name of PROBE_NUMBERS) errors.push(...checkNonNegative(probe[name], child(path, name)));
  const ownPeriod = probe.terminationGracePeriodSeconds;
  if (ownPeriod !== undefined && ownPeriod <= 0) {
    errors.push(invalid(child(path, 'terminationGracePeriodSeconds'), ownPeriod, 'must be greater than 0'));
  }
  return errors;
}

function validateLifecycle(
  { postStart, preStop, stopSignal }: Lifecycle,
  gracePeriod: number | bigint | undefined,
  osName: string | undefined,
  path: string,
): FieldError[] {
  return [
    ...(postStart ? validateHandler(postStart, gracePeriod, child(path, 'postStart')) : []),
    ...(preStop ? validateHandler(preStop, gracePeriod, child(path, 'preStop')) : []),
    ...(stopSignal === undefined ? [] : validateStopSignal(stopSignal, osName, child(path, 'stopSignal'))),
  ];
}

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

/** Exactly one way to act. */
function validateHandler(
  handler: Handler,
  gracePeriod: number | bigint | undefined,
  path: string,
): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const ways: [name: string, validate: ((path: string) => FieldError[]) | undefined][] = [
    ['exec', exec && ((here) => validateExec(exec, here))],
    ['httpGet', httpGet && ((here) => validateHTTPGet(httpGet, here))],
    ['tcpSocket', tcpSocket && ((here) => checkPortNumberOrName(tcpSocket.port ?? 0, child(here, 'port')))],
    ['grpc', grpc && ((here) => checkPortNumberOrName(grpc.port ?? 0, child(here, 'port')))],
    ['sleep', sleep && ((here) => validateSleep(sleep, gracePeriod, here))],
  ];
  const errors: FieldError[] = [];
  let found = false;
  for (const [name, validate] of ways) {
    if (!validate) continue;
    const here = child(path, name);
    errors.push(...(found ? [forbidden(here, 'may not specify more than 1 handler type')] : validate(here)));
    found = true;
  }
  if (!found) errors.push(required(path, 'must specify a handler type'));
  return errors;
}

const validateExec = ({ command }: ExecAction, path: string): FieldError[] =>
  command?.length ? [] : [required(child(path, 'command'))];

function validateHTTPGet(
  { path: url, port, scheme = '', httpHeaders }: HTTPGetAction,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!url) errors.push(required(child(path, 'path')));
  errors.push(...checkPortNumberOrName(port ?? 0, child(path, 'port')));
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') {
    errors.push(notSupported(child(path, 'scheme'), scheme, ['HTTP', 'HTTPS']));
  }
  for (const { name = '' } of httpHeaders ?? []) {
    errors.push(...invalidEach(child(path, 'httpHeaders'), name, isHTTPHeaderName(name)));
  }
  return errors;
}

function validateSleep(
  { seconds = 0 }: SleepAction,
  gracePeriod: number | bigint | undefined,
  path: string,
): FieldError[] {
  if (gracePeriod === undefined || (seconds >= 0 && seconds <= gracePeriod)) return [];
  const text = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`;
  return [invalid(path, seconds, text)];
}
