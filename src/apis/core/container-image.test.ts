import { describe, expect, it } from 'vitest';
import { defaultPullPolicy, imageTag } from './container-image.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('imageTag', () => {
  it.each([
    ['nginx', 'latest'],
    ['nginx:1.27', '1.27'],
    ['nginx:latest', 'latest'],
    ['registry.example.com:5000/team/app', 'latest'],
    ['registry.example.com:5000/team/app:v1', 'v1'],
    ['[::1]:5000/app:v2', 'v2'],
    [`nginx@${digest}`, ''],
    [`nginx:latest@${digest}`, 'latest'],
    ['', ''],
    ['Nginx', ''],
    ['a b', ''],
    [`${'0'.repeat(64)}`, ''],
    ['a'.repeat(2000), ''],
  ])('%s has the tag "%s"', (image, tag) => {
    expect(imageTag(image)).toBe(tag);
  });
});

describe('defaultPullPolicy', () => {
  it('always pulls what can change under its name', () => {
    expect(defaultPullPolicy('nginx')).toBe('Always');
    expect(defaultPullPolicy(`nginx:latest@${digest}`)).toBe('Always');
    expect(defaultPullPolicy('nginx:1.27')).toBe('IfNotPresent');
    expect(defaultPullPolicy(`nginx@${digest}`)).toBe('IfNotPresent');
    expect(defaultPullPolicy(undefined)).toBe('IfNotPresent');
  });
});
