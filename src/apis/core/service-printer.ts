/** How services look as a table. Source: kubernetes pkg/printers/internalversion/printers.go (printService). */
import type { Service, ServicePort } from '../../apimachinery/types/core.v1.gen.ts';
import type { Printer } from '../definition.ts';
import { AGE, age, column, NAME, nameOf, wideColumn } from '../printing.ts';

/** `80:30080/TCP`. */
const portText = ({ port, nodePort, protocol }: ServicePort): string =>
  nodePort ? `${port}:${nodePort}/${protocol ?? ''}` : `${port}/${protocol ?? ''}`;

/** Addresses of a load balancer's ingress points, sorted, each once; the name where there is no address. */
export function ingressAddresses(
  ingress: readonly { ip?: string; hostname?: string }[] | undefined,
): string[] {
  return [...new Set((ingress ?? []).map(({ ip, hostname }) => ip || hostname || ''))].filter(Boolean).sort();
}

function externalIP({ spec = {}, status }: Service): string {
  const externalIPs = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return externalIPs.join(',') || '<none>';
    case 'LoadBalancer':
      return [...ingressAddresses(status?.loadBalancer?.ingress), ...externalIPs].join(',') || '<pending>';
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

/** A map of labels as upstream's labels.FormatLabels writes it. */
const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',') || '<none>';

export const servicePrinter: Printer<Service> = {
  columns: [
    NAME,
    column('Type', 'How the service is exposed'),
    column('Cluster-IP', 'Virtual address inside the cluster'),
    column('External-IP', 'Addresses outside the cluster'),
    column('Port(s)', 'Ports, node ports and protocols'),
    AGE,
    wideColumn('Selector', 'Labels of the pods behind the service'),
  ],
  cells: (object, now) => [
    nameOf(object),
    object.spec?.type ?? '',
    object.spec?.clusterIPs?.[0] ?? '<none>',
    externalIP(object),
    (object.spec?.ports ?? []).map(portText).join(',') || '<none>',
    age(object, now),
    labelsText(object.spec?.selector),
  ],
};
