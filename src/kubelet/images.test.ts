import { describe, expect, it } from 'vitest';
import { ImageStore, imageID, imageName, imageSize, parseImage, pullError } from './images.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('images', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['bitnami/redis:7', 'docker.io/bitnami/redis:7'],
    ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app:1', 'localhost:5000/app:1'],
    [`nginx@${DIGEST}`, `docker.io/library/nginx@${DIGEST}`],
    [`nginx:1.27@${DIGEST}`, `docker.io/library/nginx@${DIGEST}`],
  ])('%s is %s', (image, name) => {
    expect(imageName(parseImage(image)!)).toBe(name);
  });

  it.each(['', 'Nginx', 'nginx:', 'a b', ':1', `nginx@sha256:12`, `Nginx@${DIGEST}`])(
    '%j is no image',
    (image) => {
      expect(parseImage(image)).toBeUndefined();
    },
  );

  it('gives every node the same id and size of a name', () => {
    const [one, other] = [parseImage('nginx')!, parseImage('docker.io/library/nginx:latest')!];
    expect(imageID(one)).toBe(imageID(other));
    expect(imageID(one)).toMatch(/^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/);
    expect(imageID(parseImage(`nginx@${DIGEST}`)!)).toBe(`docker.io/library/nginx@${DIGEST}`);
    expect(imageSize(one)).toBe(imageSize(other));
    expect(imageSize(one)).toBeGreaterThanOrEqual(1_000_000);
  });

  it.each([
    'foo:non-existent',
    'webserver:404',
    'nginx:doesnotexist',
    'nginx:does-not-exist',
    'k8s.gcr.io/invalid-image:invalid-tag',
    'nginx:wrong',
    'org/nonexistent-app',
    'no-such-image',
  ])('%s cannot be pulled', (image) => {
    const reference = parseImage(image)!;
    const name = imageName(reference);
    expect(pullError(reference)).toBe(
      `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`,
    );
  });

  it('says that a host of a reserved name is not found', () => {
    expect(pullError(parseImage('invalid.registry.k8s.io/invalid/alpine:3.1')!)).toBe(
      'rpc error: code = Unknown desc = failed to pull and unpack image "invalid.registry.k8s.io/invalid/alpine:3.1": failed to resolve reference "invalid.registry.k8s.io/invalid/alpine:3.1": failed to do request: Head "https://invalid.registry.k8s.io/v2/invalid/alpine/manifests/3.1": dial tcp: lookup invalid.registry.k8s.io: no such host',
    );
    expect(pullError(parseImage('registry.example.invalid:5000/app')!)).toContain(
      'lookup registry.example.invalid: no such host',
    );
  });

  it.each(['nginx', 'app:404-page', 'validator:1', 'wrong-way/app:1', 'httpd:2.4.404', 'org/existent:1'])(
    '%s can be pulled',
    (image) => {
      expect(pullError(parseImage(image)!)).toBeUndefined();
    },
  );

  it('forgets what was added first when there are too many', () => {
    const store = new ImageStore();
    for (let index = 0; index <= 500; index++) store.add(parseImage(`app:${index}`)!);
    expect(store.has(parseImage('app:0')!)).toBe(false);
    expect(store.has(parseImage('app:1')!)).toBe(true);
    expect(store.has(parseImage('docker.io/library/app:500')!)).toBe(true);
  });
});
