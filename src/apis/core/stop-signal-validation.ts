/**
 * The signal that ends a container. Source: kubernetes pkg/apis/core/validation/validation.go (validateStopSignal).
 */
import { type FieldError, forbidden, notSupported } from '../../apimachinery/field-error.ts';

const REAL_TIME = [
  'SIGRTMIN',
  ...Array.from({ length: 15 }, (_, i) => `SIGRTMIN+${i + 1}`),
  ...Array.from({ length: 14 }, (_, i) => `SIGRTMAX-${14 - i}`),
  'SIGRTMAX',
];
const LINUX = [
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP',
  'TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ',
]
  .join(' ')
  .split(' ')
  .map((name) => `SIG${name}`)
  .concat(REAL_TIME);
const WINDOWS = ['SIGKILL', 'SIGTERM'];

/** A signal of the pod's operating system, which must be named. */
export function validateStopSignal(signal: string, osName: string | undefined, path: string): FieldError[] {
  if (osName === undefined)
    return [forbidden(path, 'may not be set for containers with empty `spec.os.name`')];
  if (osName !== 'windows' && osName !== 'linux') return [];
  const supported = osName === 'windows' ? WINDOWS : LINUX;
  return supported.includes(signal) ? [] : [notSupported(path, signal, supported)];
}
