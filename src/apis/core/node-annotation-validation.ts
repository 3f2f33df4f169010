/**
 * Annotations of nodes that were once fields in disguise.
 * Source: kubernetes pkg/apis/core/validation/validation.go (ValidateNodeSpecificAnnotations).
 */
import { at, child, type FieldError, invalid, required } from '../../apimachinery/field-error.ts';
import { syntaxError } from '../../apimachinery/serializer/json-error.ts';
import type { Taint } from '../../apimachinery/types/core.v1.gen.ts';
import { validateTaints } from './taint-validation.ts';

const TAINTS = 'scheduler.alpha.kubernetes.io/taints';
const AVOID_PODS = 'scheduler.alpha.kubernetes.io/preferAvoidPods';
const PATH = 'metadata.annotations';

type Annotations = Readonly<Record<string, string>>;

export function validateNodeAnnotations(annotations: Annotations | undefined): FieldError[] {
  const taints = annotations?.[TAINTS];
  const avoid = annotations?.[AVOID_PODS];
  return [
    ...(taints ? read(taints, TAINTS, PATH, validateTaintList) : []),
    ...(avoid ? read(avoid, AVOID_PODS, child(PATH, 'AvoidPods'), validateAvoidPods) : []),
  ];
}

function read(
  text: string,
  key: string,
  errorPath: string,
  validate: (value: unknown) => FieldError[],
): FieldError[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [invalid(errorPath, key, syntaxError(text))];
  }
  return validate(value);
}

const validateTaintList = (value: unknown): FieldError[] =>
  Array.isArray(value) ? validateTaints(value as Taint[], child(PATH, TAINTS)) : [];

interface AvoidPods {
  readonly preferAvoidPods?: readonly {
    readonly podSignature?: { readonly podController?: { readonly controller?: boolean } };
  }[];
}

/** Which pods a node would rather not have: those of a controller. */
function validateAvoidPods(value: unknown): FieldError[] {
  const list = (value as AvoidPods | null)?.preferAvoidPods;
  if (!Array.isArray(list)) return [];
  return (list as NonNullable<AvoidPods['preferAvoidPods']>).flatMap((entry, i) => {
    const here = child(at(child(PATH, AVOID_PODS), i), 'PodSignature');
    const controller = entry?.podSignature?.podController;
    if (!controller) return [required(here)];
    if (controller.controller) return [];
    return [invalid(child(here, 'PodController', 'Controller'), false, 'must point to a controller')];
  });
}
