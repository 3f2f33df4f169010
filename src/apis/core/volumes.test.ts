import { describe, expect, it } from 'vitest';
import type { PersistentVolume, PersistentVolumeClaim } from '../../apimachinery/types/core.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { persistentVolumeClaims } from './persistent-volume-claim.ts';
import { persistentVolumes } from './persistent-volume.ts';
import { validatePersistentVolumeClaimTemplate } from './volume-claim-validation.ts';

const ctx = { now: Date.parse('2026-01-01T00:00:00Z'), namespace: '' } as StrategyContext;
const texts = (errors: readonly { field: string; message: string }[]): string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`);

const volume = (
  spec: PersistentVolume['spec'],
  metadata: PersistentVolume['metadata'] = {},
): PersistentVolume => {
  const object: PersistentVolume = { metadata: { name: 'pv', ...metadata }, spec: structuredClone(spec) };
  persistentVolumes.strategy.default!(object, ctx);
  return object;
};
const GOOD = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] };
const HOST_PATH = { ...GOOD, hostPath: { path: '/data' } };
const CSI = { ...GOOD, csi: { driver: 'd.example.com', volumeHandle: 'h' } };

describe('persistent volumes', () => {
  const { strategy, printer } = persistentVolumes;

  it('have defaults', () => {
    const object = volume({ capacity: { storage: '1024Mi' }, hostPath: { path: '/x' } });
    expect(object.spec).toEqual({
      capacity: { storage: '1Gi' },
      hostPath: { path: '/x', type: '' },
      persistentVolumeReclaimPolicy: 'Retain',
      volumeMode: 'Filesystem',
    });
    expect(object.status).toEqual({ phase: 'Pending' });
    expect(volume({ rbd: { monitors: ['m'], image: 'i' } }).spec!.rbd).toEqual({
      monitors: ['m'],
      image: 'i',
      pool: 'rbd',
      user: 'admin',
      keyring: '/etc/ceph/keyring',
    });
  });

  it.each<[string, PersistentVolume['spec'], string[]]>([
    ['a host path', HOST_PATH, []],
    ['a CSI volume', CSI, []],
    [
      'nothing',
      {},
      [
        'spec.accessModes: Required value',
        'spec.capacity: Required value',
        'spec.capacity: Unsupported value: null: supported values: "storage"',
        'spec: Required value: must specify a volume type',
      ],
    ],
    [
      'two sources',
      { ...HOST_PATH, nfs: { server: 's', path: '/p' } },
      ['spec.nfs: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'bad values',
      {
        hostPath: { path: '/../x', type: 'X' },
        capacity: { storage: '0' },
        accessModes: ['ReadWriteOncePod', 'ReadWriteOnce', 'X'],
        persistentVolumeReclaimPolicy: 'Y',
        storageClassName: 'Z',
        volumeMode: 'W',
      },
      [
        'spec.accessModes: Unsupported value: "X": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
        'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
        'spec.capacity[storage]: Invalid value: "0": must be greater than zero',
        'spec.persistentVolumeReclaimPolicy: Unsupported value: "Y": supported values: "Delete", "Recycle", "Retain"',
        `spec.hostPath.path: Invalid value: "/../x": must not contain '..'`,
        'spec.hostPath.type: Unsupported value: "X": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
        `spec.storageClassName: Invalid value: "Z": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
        'spec.volumeMode: Unsupported value: "W": supported values: "Block", "Filesystem"',
      ],
    ],
    [
      'the root, recycled',
      { ...GOOD, hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' },
      [`spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'`],
    ],
    [
      'a local volume on no node',
      { ...GOOD, local: { path: '' } },
      [
        'spec.local.path: Required value',
        'spec.nodeAffinity: Required value: Local volume requires node affinity',
      ],
    ],
    [
      'an affinity without terms',
      { ...HOST_PATH, nodeAffinity: { required: { nodeSelectorTerms: [] } } },
      [
        'spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term',
      ],
    ],
    [
      'CSI without a handle',
      { ...GOOD, csi: { driver: '', volumeHandle: '', nodePublishSecretRef: { name: 'x' } } },
      [
        'spec.csi.driver: Required value',
        'spec.csi.volumeHandle: Required value',
        'spec.csi.nodePublishSecretRef.namespace: Required value',
      ],
    ],
    [
      'an attributes class without CSI',
      { ...HOST_PATH, volumeAttributesClassName: '' },
      [
        'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
        'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
      ],
    ],
    [
      'an iSCSI name',
      { ...GOOD, iscsi: { targetPortal: 'p', iqn: 'x', lun: 0 } },
      ['spec.iscsi.iqn: Invalid value: "x": must be valid format'],
    ],
  ])('validate: %s', (_, spec, expected) => {
    expect(texts(strategy.validate!(volume(spec), ctx))).toEqual(expected);
  });

  it('keep their source', () => {
    const old = volume(CSI);
    const changed = volume({ ...CSI, csi: { ...CSI.csi, volumeHandle: 'other' }, volumeMode: 'Block' });
    const errors = texts(strategy.validateUpdate!(changed, old, ctx));
    expect(errors[0]).toMatch(
      /^spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n/,
    );
    expect(errors[1]).toBe('volumeMode: Invalid value: "Block": field is immutable');
    const withSecret = { ...CSI.csi, controllerExpandSecretRef: { name: 'a', namespace: 'b' } };
    expect(strategy.validateUpdate!(volume({ ...CSI, csi: withSecret }), old, ctx)).toEqual([]);
  });

  it('stamp the change of their phase', () => {
    const created = volume(HOST_PATH);
    strategy.prepareForCreate!(created, ctx);
    expect(created.status).toEqual({ phase: 'Pending', lastPhaseTransitionTime: '2026-01-01T00:00:00Z' });
    const later = { ...ctx, now: ctx.now + 60_000 };
    const bound = { ...created, status: { ...created.status, phase: 'Bound' } };
    strategy.status!.prepareForUpdate!(bound, created, later);
    expect(bound.status.lastPhaseTransitionTime).toBe('2026-01-01T00:01:00Z');
    const same = { ...created, status: { ...created.status, message: 'x' } };
    strategy.status!.prepareForUpdate!(same, created, later);
    expect(same.status.lastPhaseTransitionTime).toBe('2026-01-01T00:00:00Z');
  });

  it('warn', () => {
    const object = volume(
      { ...GOOD, rbd: { monitors: ['m'], image: 'i' }, persistentVolumeReclaimPolicy: 'Recycle' },
      { annotations: { 'volume.beta.kubernetes.io/storage-class': 'x' } },
    );
    expect(strategy.warningsOnCreate!(object, ctx)).toEqual([
      'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      'spec.rbd: deprecated in v1.28, non-functional in v1.31+',
    ]);
  });

  it('have cells', () => {
    const object = volume({
      ...HOST_PATH,
      storageClassName: 'fast',
      claimRef: { namespace: 'a', name: 'b' },
    });
    expect(printer!.cells(object, ctx.now)).toEqual([
      'pv',
      '1Gi',
      'RWO',
      'Retain',
      'Pending',
      'a/b',
      'fast',
      '<unset>',
      '',
      '<unknown>',
      'Filesystem',
    ]);
    expect(printer!.cells({}, ctx.now)).toEqual([
      '',
      '0',
      '',
      '',
      '',
      '',
      '',
      '<unset>',
      '',
      '<unknown>',
      '<unset>',
    ]);
  });
});

describe('persistent volumes on some nodes', () => {
  const { strategy } = persistentVolumes;
  const on = (key: string, value = 'a'): PersistentVolume =>
    volume({
      ...HOST_PATH,
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [value] }] }] },
      },
    });
  it('warn of old labels', () => {
    expect(strategy.warningsOnCreate!(on('beta.kubernetes.io/os'), ctx)).toEqual([
      'spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
    ]);
  });
  it('may change an old label for the new one only', () => {
    const old = on('failure-domain.beta.kubernetes.io/zone');
    expect(strategy.validateUpdate!(on('topology.kubernetes.io/zone'), old, ctx)).toEqual([]);
    expect(texts(strategy.validateUpdate!(on('topology.kubernetes.io/region'), old, ctx))[0]).toMatch(
      /^nodeAffinity: Invalid value: .*: field is immutable, except for updating from beta label to GA$/,
    );
  });
  it('keep a value that they have', () => {
    const old = on('zone', 'a b');
    expect(texts(strategy.validate!(old, ctx))).toHaveLength(1);
    expect(strategy.validateUpdate!(old, old, ctx)).toEqual([]);
  });
});

describe('claims', () => {
  const { strategy, printer } = persistentVolumeClaims;
  const claim = (
    spec: PersistentVolumeClaim['spec'],
    status?: PersistentVolumeClaim['status'],
  ): PersistentVolumeClaim => {
    const object: PersistentVolumeClaim = {
      metadata: { name: 'c', namespace: 'n' },
      spec: structuredClone(spec),
      ...(status ? { status } : {}),
    };
    strategy.default!(object, ctx);
    return object;
  };
  const ask = (storage: string): PersistentVolumeClaim['spec'] => ({
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage } },
  });

  it('have defaults', () => {
    expect(claim(ask('1024Mi'))).toMatchObject({
      spec: { volumeMode: 'Filesystem', resources: { requests: { storage: '1Gi' } } },
      status: { phase: 'Pending' },
    });
  });

  it('must ask for something', () => {
    expect(texts(strategy.validate!(claim({}), ctx))).toEqual([
      'spec.accessModes: Required value: at least 1 access mode is required',
      'spec.resources[storage]: Required value',
    ]);
  });

  it('know sources by two fields', () => {
    const snapshot = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' };
    const prepared = (spec: object): PersistentVolumeClaim['spec'] => {
      const object = claim({ ...ask('1Gi'), ...spec });
      strategy.prepareForCreate!(object, ctx);
      return object.spec;
    };
    expect(prepared({ dataSource: snapshot })).toMatchObject({
      dataSource: snapshot,
      dataSourceRef: snapshot,
    });
    expect(prepared({ dataSourceRef: snapshot })).toMatchObject({
      dataSource: snapshot,
      dataSourceRef: snapshot,
    });
    const other = { apiGroup: 'example.com', kind: 'X', name: 's' };
    expect(prepared({ dataSource: other })).not.toHaveProperty('dataSource');
    expect(prepared({ dataSourceRef: other })).toMatchObject({ dataSource: other });
    expect(prepared({ dataSourceRef: { ...snapshot, namespace: 'x' } })).not.toHaveProperty('dataSourceRef');
  });

  const IMMUTABLE =
    /^spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n/;

  it('change in few ways', () => {
    const pending = claim(ask('1Gi'));
    const bound = claim({ ...ask('1Gi'), volumeName: 'v' }, { phase: 'Bound', capacity: { storage: '1Gi' } });
    const update = (spec: object, old: PersistentVolumeClaim): string[] =>
      texts(strategy.validateUpdate!({ ...old, spec: { ...old.spec, ...spec } }, old, ctx));
    expect(update({ volumeName: 'v' }, pending)).toEqual([]);
    expect(update({ storageClassName: 'later' }, pending)).toEqual([]);
    expect(update(ask('2Gi')!, bound)).toEqual([]);
    expect(update({ volumeAttributesClassName: 'gold' }, bound)).toEqual([]);
    expect(update(ask('2Gi')!, pending)[0]).toMatch(IMMUTABLE);
    expect(update({ volumeName: 'w' }, bound)[0]).toMatch(IMMUTABLE);
    expect(update(ask('512Mi')!, bound)).toEqual([
      'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    ]);
    const classed = claim({ ...ask('1Gi'), storageClassName: 'a' });
    expect(update({ storageClassName: 'b' }, classed)[0]).toMatch(IMMUTABLE);
  });

  it('may recover from an expansion that failed', () => {
    const old = claim({ ...ask('10Gi'), volumeName: 'v' }, { phase: 'Bound', capacity: { storage: '1Gi' } });
    expect(strategy.validateUpdate!({ ...old, spec: { ...old.spec, ...ask('5Gi') } }, old, ctx)).toEqual([]);
  });

  it('have a status of known words', () => {
    const object = claim(ask('1Gi'), {
      capacity: { storage: '-1' },
      allocatedResourceStatuses: { cpu: 'X' },
      allocatedResources: { 'example.com/x': '1' },
    });
    expect(texts(strategy.status!.validateUpdate!(object, object, ctx))).toEqual([
      'status.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
      'status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "storage"',
      'status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
    ]);
  });

  it('keep what is no longer allowed', () => {
    const old = claim({
      ...ask('1Gi'),
      selector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['a b'] }] },
    });
    expect(texts(strategy.validate!(old, ctx))).toHaveLength(1);
    expect(strategy.validateUpdate!(old, old, ctx)).toEqual([]);
  });

  it('are templates in pods, of which only labels and annotations count', () => {
    const metadata = { labels: { a: 'a b' }, annotations: { x: '' }, name: 'n', uid: 'u', generation: 1 };
    expect(texts(validatePersistentVolumeClaimTemplate({ metadata, spec: ask('1Gi')! }, 'claim'))).toEqual([
      `claim.metadata.labels: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      'claim.metadata.name: Forbidden: cannot be set',
      'claim.metadata.uID: Forbidden: cannot be set',
      'claim.metadata.generation: Forbidden: cannot be set',
    ]);
  });

  it('warn of fractions', () => {
    expect(strategy.warningsOnCreate!(claim(ask('1500m')), ctx)).toEqual([
      'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
    ]);
  });

  it('have cells', () => {
    const bound = claim(
      { ...ask('1Gi'), volumeName: 'v', storageClassName: 'fast' },
      { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadWriteMany', 'ReadWriteOnce'] },
    );
    expect(printer!.cells(bound, ctx.now)).toEqual([
      'c',
      'Bound',
      'v',
      '2Gi',
      'RWO,RWX',
      'fast',
      '<unset>',
      '<unknown>',
      'Filesystem',
    ]);
    expect(printer!.cells({}, ctx.now)).toEqual(['', '', '', '', '', '', '<unset>', '<unknown>', '<unset>']);
  });
});
