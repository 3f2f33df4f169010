/** Levels and schemas of priority. Facts from kubernetes/apiserver pkg/apis/flowcontrol/bootstrap/default.go. */
import type {
  FlowSchemaSpec,
  PolicyRulesWithSubjects,
  PriorityLevelConfigurationSpec,
  Subject,
} from '../../apimachinery/types/flowcontrol.v1.gen.ts';
import { MANDATORY_FLOW_SCHEMAS, MANDATORY_PRIORITY_LEVELS } from '../../apis/flowcontrol/mandatory.ts';

const queued = (
  nominalConcurrencyShares: number,
  lendablePercent: number,
  queues: number,
  handSize: number,
): PriorityLevelConfigurationSpec => ({
  type: 'Limited',
  limited: {
    nominalConcurrencyShares,
    limitResponse: { type: 'Queue', queuing: { queues, handSize, queueLengthLimit: 50 } },
    lendablePercent,
  },
});

export const PRIORITY_LEVELS: Readonly<Record<string, PriorityLevelConfigurationSpec>> = {
  ...MANDATORY_PRIORITY_LEVELS,
  system: queued(30, 33, 64, 6),
  'node-high': queued(40, 25, 64, 6),
  'leader-election': queued(10, 0, 16, 4),
  'workload-high': queued(40, 50, 128, 6),
  'workload-low': queued(100, 90, 128, 6),
  'global-default': queued(20, 50, 128, 6),
};

const groups = (...names: string[]): Subject[] => names.map((name) => ({ kind: 'Group', group: { name } }));
const users = (...names: string[]): Subject[] => names.map((name) => ({ kind: 'User', user: { name } }));
const SYSTEM_ACCOUNTS: Subject[] = [
  { kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name: '*' } },
];
const everything = (subjects: Subject[]): PolicyRulesWithSubjects => ({
  subjects,
  resourceRules: [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] },
  ],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
});
const leases = (verbs: string[]) => ({
  verbs,
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  namespaces: ['*'],
});

const schema = (
  level: string,
  matchingPrecedence: number,
  rule: PolicyRulesWithSubjects,
  distinguisher?: 'ByUser' | 'ByNamespace',
): FlowSchemaSpec => ({
  priorityLevelConfiguration: { name: level },
  matchingPrecedence,
  ...(distinguisher ? { distinguisherMethod: { type: distinguisher } } : {}),
  rules: [rule],
});

const ANYBODY = groups('system:unauthenticated', 'system:authenticated');

export const FLOW_SCHEMAS: Readonly<Record<string, FlowSchemaSpec>> = {
  ...MANDATORY_FLOW_SCHEMAS,
  probes: schema('exempt', 2, {
    subjects: ANYBODY,
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  'system-leader-election': schema(
    'leader-election',
    100,
    {
      subjects: [...users('system:kube-controller-manager', 'system:kube-scheduler'), ...SYSTEM_ACCOUNTS],
      resourceRules: [leases(['get', 'create', 'update'])],
    },
    'ByUser',
  ),
  'system-node-high': schema(
    'node-high',
    400,
    {
      subjects: groups('system:nodes'),
      resourceRules: [
        {
          verbs: ['*'],
          apiGroups: [''],
          resources: ['nodes', 'nodes/status'],
          clusterScope: true,
          namespaces: ['*'],
        },
        leases(['*']),
      ],
    },
    'ByUser',
  ),
  'system-nodes': schema('system', 500, everything(groups('system:nodes')), 'ByUser'),
  'kube-controller-manager': schema(
    'workload-high',
    800,
    everything(users('system:kube-controller-manager')),
    'ByNamespace',
  ),
  'kube-scheduler': schema('workload-high', 800, everything(users('system:kube-scheduler')), 'ByNamespace'),
  'kube-system-service-accounts': schema('workload-high', 900, everything(SYSTEM_ACCOUNTS), 'ByNamespace'),
  'service-accounts': schema('workload-low', 9000, everything(groups('system:serviceaccounts')), 'ByUser'),
  'global-default': schema('global-default', 9900, everything(ANYBODY), 'ByUser'),
};
