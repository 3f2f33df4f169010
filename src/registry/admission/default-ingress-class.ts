/** An ingress that names no class gets the default one. Source: kubernetes plugin/pkg/admission/network/defaultingressclass. */
import type { Ingress, IngressClass } from '../../apimachinery/types/networking.v1.gen.ts';
import type { Stored } from '../../apis/object.ts';
import { newestDefault } from './default-class.ts';
import { type AdmissionPlugin, isFor } from './plugin.ts';

const GROUP = 'networking.k8s.io';
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  handles: (attributes) => attributes.operation === 'CREATE' && isFor(attributes, GROUP, 'ingresses'),
  async admit({ object, reads }) {
    const ingress = object as Stored<Ingress>;
    if (ingress.metadata.annotations?.[CLASS_ANNOTATION] !== undefined) return;
    if (ingress.spec?.ingressClassName !== undefined) return;
    const classes = await reads.list<IngressClass>(GROUP, 'ingressclasses');
    const found = newestDefault(classes, ({ annotations }) => annotations?.[DEFAULT_ANNOTATION] === 'true');
    if (!found) return;
    ingress.spec ??= {};
    ingress.spec.ingressClassName = found.metadata.name!;
  },
};
