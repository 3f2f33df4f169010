import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import type { CSIDriver, StorageClass } from '../../apimachinery/types/storage.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { csiDrivers } from './csi-driver.ts';
import { csiStorageCapacities } from './csi-storage-capacity.ts';
import { countCSIDriverChanges, defaultCSIDriver } from './csi-driver-strategy.ts';
import {
  validateCSIDriver,
  validateCSIDriverUpdate,
  validateCSINode,
  validateCSINodeUpdate,
  validateCSIStorageCapacity,
} from './csi-validation.ts';
import { validateInlineVolume } from './inline-volume-validation.ts';
import { storageClasses } from './storage-class.ts';
import {
  validateStorageClass,
  validateStorageClassUpdate,
  validateVolumeAttachment,
  validateVolumeAttachmentUpdate,
  validateVolumeAttributesClass,
} from './validation.ts';
import { nodeTopologyWarnings, topologyWarnings } from './warnings.ts';

const ctx = {} as StrategyContext;
const texts = (errors: readonly FieldError[]) => errors.map((error) => `${error.field}: ${error.message}`);

describe('StorageClass', () => {
  const valid: StorageClass = {
    provisioner: 'kedge.dev/disk',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
  };

  it.each([
    [{}, []],
    [{ provisioner: '' }, ['provisioner: Required value']],
    [
      { reclaimPolicy: 'Recycle' },
      ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
    ],
    [
      { allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['a', 'a'] }] }] },
      ['allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"'],
    ],
    [
      {
        allowedTopologies: [
          { matchLabelExpressions: [{ key: 'a', values: ['x', 'y'] }] },
          { matchLabelExpressions: [{ key: 'b', values: ['x'] }] },
          { matchLabelExpressions: [{ key: 'a', values: ['y', 'x'] }] },
        ],
      },
      ['allowedTopologies[2].matchLabelExpressions: Duplicate value: ""'],
    ],
  ])('%j', (change, errors) => {
    expect(texts(validateStorageClass({ ...valid, ...change }))).toEqual(errors);
  });

  it('takes no longer for each of many terms, and tells of ten thousand duplicates', () => {
    const term = (key: string) => ({ matchLabelExpressions: [{ key, values: ['x'] }] });
    const errors = (allowedTopologies: ReturnType<typeof term>[]): number =>
      validateStorageClass({ ...valid, allowedTopologies }).length;
    expect(errors(Array.from({ length: 30_000 }, (_, n) => term(`k${n}`)))).toBe(0);
    expect(errors(Array.from({ length: 30_000 }, () => term('k')))).toBe(10_000);
  });

  it('keeps what volumes were made with', () => {
    expect(validateStorageClassUpdate({ ...valid, allowVolumeExpansion: true }, valid)).toEqual([]);
    const changed = {
      provisioner: 'other',
      parameters: { a: 'b' },
      reclaimPolicy: 'Retain',
      volumeBindingMode: 'WaitForFirstConsumer',
    };
    expect(texts(validateStorageClassUpdate(changed, valid))).toEqual([
      'parameters: Invalid value: {"a":"b"}: field is immutable',
      'provisioner: Invalid value: "other": field is immutable',
      'reclaimPolicy: Invalid value: "Retain": field is immutable',
      'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
    ]);
  });

  it('shows the default class', () => {
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    const cells = storageClasses.printer!.cells({ metadata: { name: 'std', annotations }, ...valid }, 0);
    expect(cells).toEqual(['std (default)', 'kedge.dev/disk', 'Delete', 'Immediate', false, '<unknown>']);
  });
});

describe('CSIDriver', () => {
  const driver = (): CSIDriver => {
    const object: CSIDriver = { metadata: { name: 'd' }, spec: {} };
    defaultCSIDriver(object);
    return object;
  };

  it('has defaults that are valid', () => {
    expect(driver().spec).toEqual({
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      volumeLifecycleModes: ['Persistent'],
      requiresRepublish: false,
      seLinuxMount: false,
    });
    expect(validateCSIDriver(driver())).toEqual([]);
  });

  it('asks for tokens of different audiences', () => {
    const object = driver();
    object.spec.tokenRequests = [{ audience: 'a', expirationSeconds: 1 }, { audience: 'a' }];
    expect(texts(validateCSIDriver(object))).toEqual([
      'spec.tokenRequests[0].expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes',
      'spec.tokenRequests[1].audience: Duplicate value: "a"',
    ]);
  });

  it('keeps how volumes are attached and counts other changes', () => {
    const object = driver();
    object.spec.attachRequired = false;
    expect(texts(validateCSIDriverUpdate(object, driver()))).toEqual([
      'spec.attachedRequired: Invalid value: false: field is immutable',
    ]);
    object.spec.requiresRepublish = true;
    countCSIDriverChanges(object, driver());
    expect(object.metadata?.generation).toBe(1);
  });
});

it('CSIDriver drops what is off in 1.36 and warns of tokens outside of secrets', () => {
  const { strategy } = csiDrivers;
  const driver: CSIDriver = {
    spec: { preventPodSchedulingIfMissing: true, tokenRequests: [{ audience: 'a' }] },
  };
  strategy.prepareForCreate!(driver, ctx);
  expect(driver.spec).not.toHaveProperty('preventPodSchedulingIfMissing');
  expect(strategy.warningsOnCreate!(driver, ctx)).toHaveLength(1);
  expect(strategy.warningsOnUpdate!(driver, structuredClone(driver), ctx)).toEqual([]);
  const said = { spec: { ...driver.spec, serviceAccountTokenInSecrets: false } };
  expect(strategy.warningsOnCreate!(said, ctx)).toEqual([]);
});

it('topologies warn of labels that have newer names', () => {
  const key = 'failure-domain.beta.kubernetes.io/zone';
  const allowedTopologies = [{ matchLabelExpressions: [{ key, values: ['a'] }] }];
  expect(topologyWarnings({ provisioner: 'p', allowedTopologies })).toEqual([
    'allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  ]);
  const nodeTopology = { matchExpressions: [{ key, operator: 'Exists' }], matchLabels: { [key]: 'a' } };
  expect(nodeTopologyWarnings({ storageClassName: 'c', nodeTopology })).toEqual([
    `nodeTopology.matchExpressions[0].key: ${key} is deprecated since v1.17; use "topology.kubernetes.io/zone" instead`,
    `nodeTopology.matchLabels.${key}: deprecated since v1.17; use "topology.kubernetes.io/zone" instead`,
  ]);
});

describe('CSINode', () => {
  it('names its drivers once', () => {
    const drivers = [
      { name: 'd', nodeID: 'n' },
      { name: 'd', nodeID: '' },
    ];
    expect(texts(validateCSINode({ spec: { drivers } }))).toEqual([
      'spec.drivers[1].nodeID: Required value',
      'spec.drivers[1].name: Duplicate value: "d"',
    ]);
  });

  it('lets only the number of volumes change', () => {
    const old = { spec: { drivers: [{ name: 'd', nodeID: 'n', allocatable: { count: 1 } }] } };
    const more = { spec: { drivers: [{ name: 'd', nodeID: 'n', allocatable: { count: 2 } }] } };
    expect(validateCSINodeUpdate(more, old)).toEqual([]);
    const moved = { spec: { drivers: [{ name: 'd', nodeID: 'm' }] } };
    expect(texts(validateCSINodeUpdate(moved, old))).toEqual([
      'spec.drivers: Invalid value: {"Name":"d","NodeID":"m","TopologyKeys":null,"Allocatable":null}: field is immutable',
    ]);
  });
});

it('CSIStorageCapacity is shown by its name and age alone', () => {
  expect(csiStorageCapacities.printer).toBeUndefined();
});

it('CSIStorageCapacity is not negative', () => {
  expect(texts(validateCSIStorageCapacity({ storageClassName: 'c', capacity: '-1' }))).toEqual([
    'capacity: Invalid value: "-1": must be greater than or equal to 0',
  ]);
});

it('VolumeAttributesClass has parameters', () => {
  expect(texts(validateVolumeAttributesClass({ driverName: 'd' }))).toEqual([
    'parameters: Required value: must contain at least one key/value pair',
  ]);
});

describe('VolumeAttachment', () => {
  const attachment = (persistentVolumeName: string) => ({
    spec: { attacher: 'd', nodeName: 'n', source: { persistentVolumeName } },
    status: { attached: false },
  });

  it('says what to attach', () => {
    expect(validateVolumeAttachment(attachment('pv'))).toEqual([]);
    expect(texts(validateVolumeAttachment({ spec: { attacher: 'd', nodeName: 'n', source: {} } }))).toEqual([
      'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
    ]);
  });

  it('cannot change', () => {
    expect(texts(validateVolumeAttachmentUpdate(attachment('a'), attachment('b')))).toEqual([
      'spec: Invalid value: {"Attacher":"d","Source":{"PersistentVolumeName":"a","InlineVolumeSpec":null},"NodeName":"n"}: field is immutable',
    ]);
  });

  it("may hold a volume of a CSI driver that is nobody's", () => {
    expect(
      validateInlineVolume({ csi: { driver: 'd', volumeHandle: 'h' }, accessModes: ['ReadWriteOnce'] }, 'p'),
    ).toEqual([]);
    const spec = { claimRef: {}, capacity: { storage: '1Gi' }, storageClassName: 'c', volumeMode: 'Block' };
    const inline = 'may not be specified in the context of inline volumes';
    expect(texts(validateInlineVolume(spec, 'p'))).toEqual([
      `p.claimRef: Forbidden: ${inline}`,
      `p.capacity: Forbidden: ${inline}`,
      'p.csi: Required value: has to be specified in the context of inline volumes',
      'p.accessModes: Required value',
      'p: Required value: must specify a volume type',
      `p.storageClassName: Forbidden: ${inline}`,
      'p.volumeMode: Forbidden: may not specify volumeMode other than Filesystem in the context of inline volumes',
    ]);
  });
});
