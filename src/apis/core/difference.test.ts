import { expect, it } from 'vitest';
import { describeDifference } from './difference.ts';

it('compares as Go’s JSON of the internal types would show it', () => {
  const old = { driver: 'd', volumeHandle: 'h' };
  expect(describeDifference('CSIPersistentVolumeSource', old, { ...old, fsType: '<ext4>' })).toBe(
    [
      '@@ -2,7 +2,7 @@',
      '  "Driver": "d",',
      '  "VolumeHandle": "h",',
      '  "ReadOnly": false,',
      '- "FSType": "",',
      '+ "FSType": "\\u003cext4\\u003e",',
      '  "VolumeAttributes": null,',
      '  "ControllerPublishSecretRef": null,',
      '  "NodeStageSecretRef": null,',
      '',
    ].join('\n'),
  );
  expect(describeDifference('CSIPersistentVolumeSource', old, old)).toBe('');
});
