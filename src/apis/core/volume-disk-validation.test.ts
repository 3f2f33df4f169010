import { describe, expect, it } from 'vitest';
import type { Volume } from '../../apimachinery/types/core.v1.gen.ts';
import { validateVolumes } from './volume-validation.ts';

const check = (source: Partial<Volume>, podName = ''): string[] =>
  validateVolumes([{ name: 'v', ...source }], podName, { resourceIsPod: true }, 'volumes').errors.map(
    (error) => `${error.field.replace('volumes[0]', '')}: ${error.message}`,
  );

describe('disks elsewhere', () => {
  it.each<[Partial<Volume>]>([
    [{ gitRepo: { repository: 'r', directory: 'a/b' } }],
    [{ gcePersistentDisk: { pdName: 'd', partition: 1 } }],
    [{ iscsi: { targetPortal: 'p', iqn: 'iqn.2014-12.world.server:storage.target01', lun: 0 } }],
    [{ quobyte: { registry: 'a:1,[::1]:2', volume: 'v' } }],
    [{ fc: { targetWWNs: ['w'], lun: 1 } }],
    [{ azureDisk: { diskName: 'd', diskURI: '/subscriptions/x', kind: 'Managed' } }],
    [{ storageos: { volumeName: 'a' } }],
    [{ csi: { driver: 'Driver.Example.com', nodePublishSecretRef: { name: 's' } } }],
    [{ flexVolume: { driver: 'd', options: { 'example.com/a': 'b' } } }],
  ])('accepts %j', (source) => {
    expect(check(source)).toEqual([]);
  });

  it.each<[Partial<Volume>, string[]]>([
    [
      { gitRepo: { repository: '', directory: '/a' } },
      [
        '.gitRepo.repository: Required value',
        '.gitRepo.directory: Invalid value: "/a": must be a relative path',
      ],
    ],
    [
      { gcePersistentDisk: { pdName: '', partition: 256 } },
      [
        '.persistentDisk.pdName: Required value',
        '.persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
      ],
    ],
    [
      { iscsi: { targetPortal: '', iqn: 'x', lun: 256, chapAuthSession: true, initiatorName: 'iqn.x' } },
      [
        '.iscsi.targetPortal: Required value',
        '.iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
        '.iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
        '.iscsi.secretRef: Required value',
        '.iscsi.initiatorname: Invalid value: "iqn.x": must be valid format',
      ],
    ],
    [
      { flocker: { datasetName: 'a/b', datasetUUID: 'u' } },
      [
        '.flocker: Invalid value: "resource": datasetName and datasetUUID can not be specified simultaneously',
        '.flocker.datasetName: Invalid value: "a/b": must not contain \'/\'',
      ],
    ],
    [
      { quobyte: { registry: 'a', volume: '' } },
      [
        '.quobyte.registry: Invalid value: "a": must be a host:port pair or multiple pairs separated by commas',
        '.quobyte.volume: Required value',
      ],
    ],
    [
      { fc: { targetWWNs: ['w'], wwids: ['x'] } },
      [
        '.fc.targetWWNs: Invalid value: ["w"]: targetWWNs and wwids can not be specified simultaneously',
        '.fc.lun: Required value: lun is required if targetWWNs is specified',
      ],
    ],
    [
      { flexVolume: { driver: '', options: { 'a.kubernetes.io/x': 'y' } } },
      [
        '.flexVolume.driver: Required value',
        '.flexVolume.options[a.kubernetes.io/x]: Invalid value: "a.kubernetes.io/x": kubernetes.io and k8s.io namespaces are reserved',
      ],
    ],
    [
      { azureDisk: { diskName: 'd', diskURI: 'x', kind: 'Shared', cachingMode: 'y' } },
      [
        '.azureDisk.cachingMode: Unsupported value: "y": supported values: "None", "ReadOnly", "ReadWrite"',
        '.azureDisk.diskURI: Unsupported value: "x": supported values: "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"',
      ],
    ],
    [{ rbd: { monitors: [], image: '' } }, ['.rbd.monitors: Required value', '.rbd.image: Required value']],
    [{ cinder: { volumeID: 'v', secretRef: {} } }, ['.cinder.secretRef.name: Required value']],
    [
      { emptyDir: {}, cephfs: { monitors: [] } },
      ['.cephFS: Forbidden: may not specify more than 1 volume type'],
    ],
  ])('refuses %j', (source, expected) => {
    expect(check(source)).toEqual(expected);
  });
});

describe('ephemeral volumes', () => {
  const ephemeral = {
    volumeClaimTemplate: {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  };

  it('want a claim with a good name, which nobody else mounts', () => {
    expect(check({ ephemeral }, 'pod')).toEqual([]);
    expect(check({ ephemeral: {} })).toEqual(['.ephemeral.volumeClaimTemplate: Required value']);
    expect(check({ ephemeral }, 'p'.repeat(253))).toEqual([
      `.name: Invalid value: "v": PVC name "${'p'.repeat(253)}-v": must be no more than 253 characters`,
    ]);
    const { errors } = validateVolumes(
      [
        { name: 'v', ephemeral },
        { name: 'w', persistentVolumeClaim: { claimName: 'pod-v' } },
      ],
      'pod',
      { resourceIsPod: true },
      'volumes',
    );
    expect(errors.map(({ field }) => field)).toEqual(['volumes[1].persistentVolumeClaim.claimName']);
  });
});
