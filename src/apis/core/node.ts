/** Node. Source: kubernetes pkg/registry/core/node/strategy.go. */
import type { Node } from '../../apimachinery/types/core.v1.gen.ts';
import { nameIsDNSSubdomain } from '../../apimachinery/validation/names.ts';
import { ALL_VERBS, define, statusOf } from '../definition.ts';
import { presentNode } from '../heartbeat.ts';
import { AGE, age, column, NAME, nameOf, wideColumn } from '../printing.ts';
import { keepStatus } from '../strategy.ts';

import { nodeWarnings, validateNode, validateNodeUpdate } from './node-validation.ts';
import { defaultResourceList } from './resource-list.ts';

/** podCIDR is the first of podCIDRs; a client that knows only the older field is followed. */
function normalizePodCIDRs({ spec }: Node): void {
  if (!spec) return;
  if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
  else if (!spec.podCIDR && spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

/** `Ready`, `NotReady` or `Unknown`, with `,SchedulingDisabled` when cordoned. */
function status(node: Node): string {
  const ready = node.status?.conditions?.findLast(({ type }) => type === 'Ready');
  const text = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec?.unschedulable ? `${text},SchedulingDisabled` : text;
}

/** Roles from the labels node-role.kubernetes.io/<role> and kubernetes.io/role=<role>. */
function roles(node: Node): string {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata?.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length)
      found.add(key.slice(ROLE_PREFIX.length));
    else if (key === ROLE_LABEL && value) found.add(value);
  }
  return [...found].sort().join(',') || '<none>';
}

const address = (node: Node, type: string): string =>
  node.status?.addresses?.find((one) => one.type === type)?.address ?? '<none>';

export const nodes = define<Node>({
  group: '',
  version: 'v1',
  resource: 'nodes',
  singular: 'node',
  kind: 'Node',
  namespaced: false,
  verbs: ALL_VERBS,
  shortNames: ['no'],
  typeName: 'core.v1.Node',
  present: presentNode,
  subresources: [
    { name: 'proxy', verbs: ['create', 'delete', 'get', 'patch', 'update'], kind: 'NodeProxyOptions' },
    statusOf('Node'),
  ],
  strategy: {
    generation: 'none',
    default(object) {
      normalizePodCIDRs(object);
      if (object.status?.capacity && !object.status.allocatable) {
        object.status.allocatable = { ...object.status.capacity };
      }
      defaultResourceList(object.status?.capacity);
      defaultResourceList(object.status?.allocatable);
    },
    // A new node may bring its status: kubelets register that way. Configuration from a ConfigMap is gone.
    prepareForCreate(object) {
      delete object.spec?.configSource;
      delete object.status?.config;
    },
    prepareForUpdate(object, old) {
      keepStatus(object, old);
      if (!old.spec?.configSource) delete object.spec?.configSource;
    },
    validateName: nameIsDNSSubdomain,
    validate: validateNode,
    validateUpdate: (object, old) => [...validateNode(object), ...validateNodeUpdate(object, old)],
    warningsOnCreate: nodeWarnings,
    warningsOnUpdate: nodeWarnings,
    status: {
      prepareForUpdate(object, old) {
        if (!old.status?.config) delete object.status?.config;
      },
      validateUpdate: validateNodeUpdate,
    },
  },
  selectableFields: { 'spec.unschedulable': (object) => String(object.spec?.unschedulable ?? false) },
  printer: {
    columns: [
      NAME,
      column('Status', 'Whether the node is ready, and whether it takes new pods'),
      column('Roles', 'Roles from the labels of the node'),
      AGE,
      column('Version', 'Version of the kubelet'),
      wideColumn('Internal-IP', 'Address inside the cluster'),
      wideColumn('External-IP', 'Address outside the cluster'),
      wideColumn('OS-Image', 'Operating system'),
      wideColumn('Kernel-Version', 'Version of the kernel'),
      wideColumn('Container-Runtime', 'Container runtime and its version'),
    ],
    cells(object, now) {
      const info = object.status?.nodeInfo;
      return [
        nameOf(object),
        status(object),
        roles(object),
        age(object, now),
        info?.kubeletVersion ?? '',
        address(object, 'InternalIP'),
        address(object, 'ExternalIP'),
        info?.osImage || '<unknown>',
        (info?.kernelVersion || '<unknown>') + (info?.architecture ? ` (${info.architecture})` : ''),
        info?.containerRuntimeVersion || '<unknown>',
      ];
    },
  },
});
