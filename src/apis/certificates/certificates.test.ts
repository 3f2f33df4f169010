import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../apimachinery/field-error.ts';
import type {
  CertificateSigningRequest,
  PodCertificateRequest,
} from '../../apimachinery/types/certificates.v1.gen.ts';
import type { StrategyContext } from '../definition.ts';
import { isCertificateRequest, parseCertificate, pemBlocks } from './der.ts';
import { defaultPodCertificateRequest, podCertificateState } from './pod-certificate-strategy.ts';
import {
  validatePodCertificateRequest,
  validatePodCertificateRequestStatusUpdate,
} from './pod-certificate-validation.ts';
import {
  keepSigningRequest,
  prepareSigningRequest,
  prepareSigningRequestApproval,
  prepareSigningRequestStatus,
  requestedDuration,
  signingRequestState,
} from './signing-request-strategy.ts';
import {
  validateSigningRequest,
  validateSigningRequestApprovalUpdate,
  validateSigningRequestStatusUpdate,
} from './signing-request-validation.ts';
import { validateClusterTrustBundle } from './trust-bundle-validation.ts';

/** Made with openssl for these tests; the key was thrown away. */
const REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIHKMHECAQAwDzENMAsGA1UEAwwEbm9kZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABFW48nXB8vYjsuqhGdh3LPVAKHfqz5WOPFwi24ySz0rqNV4mOCoDkIN2iZQd
joLqePX4umEztfc2OiYb5hZTK/mgADAKBggqhkjOPQQDAgNJADBGAiEAoXuBfndd
UdBaQ6hBRkfZ1u7JdMDJ8c2olMfBP8zbkEsCIQCKHJZquS2Jtpttpcs5HstSCkqr
yGCFzk53X1l6jcTAsQ==
-----END CERTIFICATE REQUEST-----
`;
const AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBcDCCARWgAwIBAgIURcc4hV/uvXuIkzYcicQyyPHqmdEwCgYIKoZIzj0EAwIw
DTELMAkGA1UEAwwCY2EwHhcNMjYxMTIwMTkwMjEyWhcNMzYxMTE3MTkwMjEyWjAN
MQswCQYDVQQDDAJjYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFW48nXB8vYj
suqhGdh3LPVAKHfqz5WOPFwi24ySz0rqNV4mOCoDkIN2iZQdjoLqePX4umEztfc2
OiYb5hZTK/mjUzBRMB0GA1UdDgQWBBReHxokShhvzVbW3obovPgJ75ud9DAfBgNV
HSMEGDAWgBReHxokShhvzVbW3obovPgJ75ud9DAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0kAMEYCIQDt0ePzvp5iBlvkncyQRkqD8L1jdtzXZJQgXaLp0dGS
UwIhAKSxh0AUY/1AZtt58hxl2Kdblpp8VtTWQkrdWVvBMLFW
-----END CERTIFICATE-----
`;
const LEAF = `-----BEGIN CERTIFICATE-----
MIIBFTCBvQIUYDyfoO4e6++KfV3byTX8260UCS4wCgYIKoZIzj0EAwIwDTELMAkG
A1UEAwwCY2EwHhcNMjYxMTIwMTkwMjEyWhcNMjYxMTIxMTkwMjEyWjAPMQ0wCwYD
VQQDDARub2RlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVbjydcHy9iOy6qEZ
2Hcs9UAod+rPlY48XCLbjJLPSuo1XiY4KgOQg3aJlB2Ogup49fi6YTO19zY6Jhvm
FlMr+TAKBggqhkjOPQQDAgNHADBEAiAo4X99ODVAaDr2qMs/k/DmDf0ddMm8Y/hE
bBDoaa01mAIgWRtPrtMRR+VIWRlCUbXqiQVwzZLWAoYhRn6kVIpTJU8=
-----END CERTIFICATE-----
`;

const texts = (errors: readonly FieldError[]) => errors.map((error) => `${error.field}: ${error.message}`);
const NOW = '2026-01-02T03:04:05Z';
const ctx: StrategyContext = {
  now: Date.parse(NOW),
  random: () => 0.5,
  user: { username: 'jane', uid: '7', groups: ['dev'], extra: { k: ['v'] } },
  namespace: '',
};

const request = (change: Partial<CertificateSigningRequest['spec']> = {}): CertificateSigningRequest => ({
  metadata: { name: 'r' },
  spec: { request: btoa(REQUEST), signerName: 'example.com/signer', usages: ['client auth'], ...change },
});
const approved = { type: 'Approved', status: 'True', reason: 'Fine' };

describe('DER', () => {
  it('knows requests, authorities and other certificates', () => {
    const [block] = pemBlocks(REQUEST);
    expect(isCertificateRequest(block!.bytes)).toBe(true);
    expect(isCertificateRequest(block!.bytes.subarray(1))).toBe(false);
    expect(parseCertificate(pemBlocks(AUTHORITY)[0]!.bytes)?.isCA).toBe(true);
    const leaf = parseCertificate(pemBlocks(LEAF)[0]!.bytes)!;
    expect([leaf.isCA, leaf.notAfter - leaf.notBefore]).toEqual([false, 86_400_000]);
    expect(parseCertificate(block!.bytes)).toBeUndefined();
  });
});

describe('CertificateSigningRequest', () => {
  it('says who made it and is not decided', () => {
    const object = {
      ...request({ username: 'mallory', groups: ['system:masters'] }),
      status: { conditions: [approved] },
    };
    prepareSigningRequest(object, ctx);
    expect(object.spec).toMatchObject({ username: 'jane', uid: '7', groups: ['dev'], extra: { k: ['v'] } });
    expect(object.status).toEqual({});
    expect(validateSigningRequest(object)).toEqual([]);
  });

  it.each<[Partial<CertificateSigningRequest['spec']>, string[]]>([
    [{ request: '' }, ['spec.request: Invalid value: "": PEM block type must be CERTIFICATE REQUEST']],
    [{ usages: [] }, ['spec.usages: Required value']],
    [{ usages: ['any', 'any'] }, ['spec.usages[1]: Duplicate value: "any"']],
    [
      { signerName: 'signer' },
      [
        `spec.signerName: Invalid value: "signer": must be a fully qualified domain and path of the form 'example.com/signer-name'`,
      ],
    ],
    [
      { signerName: 'kubernetes.io/legacy-unknown' },
      [
        'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
      ],
    ],
    [
      { expirationSeconds: 599 },
      [
        'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)',
      ],
    ],
  ])('%j', (change, errors) => {
    expect(texts(validateSigningRequest(request(change)))).toEqual(errors);
  });

  it('is decided by the approval subresource alone', () => {
    const old = request();
    const object = { ...request(), status: { conditions: [approved], certificate: 'eA==' } };
    prepareSigningRequestApproval(object, old, ctx);
    expect(object.status).toEqual({
      conditions: [{ ...approved, lastUpdateTime: NOW, lastTransitionTime: NOW }],
    });
    expect(validateSigningRequestApprovalUpdate(object, old)).toEqual([]);

    const sneaked = { ...request(), status: { conditions: [{ ...approved }] } };
    expect(texts(validateSigningRequestStatusUpdate(sneaked, old))).toEqual([
      'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
    ]);
    prepareSigningRequestStatus(sneaked, old, ctx);
    expect(texts(validateSigningRequestStatusUpdate(sneaked, old))).toEqual([
      'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
    ]);
  });

  it('keeps its decision, and gets its certificate once', () => {
    const old = { ...request(), status: { conditions: [approved] } };
    expect(texts(validateSigningRequestApprovalUpdate(request(), old))).toEqual([
      'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
    ]);
    const both = { ...request(), status: { conditions: [approved, { type: 'Denied', status: 'True' }] } };
    expect(texts(validateSigningRequestApprovalUpdate(both, old))).toEqual([
      'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
    ]);
    const issued = { ...old, status: { ...old.status, certificate: btoa(LEAF) } };
    expect(validateSigningRequestStatusUpdate(issued, old)).toEqual([]);
    expect(texts(validateSigningRequestApprovalUpdate(issued, old))).toEqual([
      'status.certificate: Forbidden: updates may not set certificate content',
    ]);
    expect(signingRequestState(issued)).toBe('Approved,Issued');
  });

  it('does not change through the main resource', () => {
    const object = { ...request({ usages: ['any'] }), status: { conditions: [approved] } };
    keepSigningRequest(object, request());
    expect(object).toEqual(request());
  });

  it('prints', () => {
    expect(signingRequestState(request())).toBe('Pending');
    expect([requestedDuration(undefined), requestedDuration(86_400)]).toEqual(['<none>', '24h']);
  });
});

describe('ClusterTrustBundle', () => {
  const bundle = (name: string, trustBundle: string, signerName?: string) => ({
    metadata: { name },
    spec: signerName === undefined ? { trustBundle } : { trustBundle, signerName },
  });

  it('is named after its signer', () => {
    expect(validateClusterTrustBundle(bundle('plain', AUTHORITY))).toEqual([]);
    expect(validateClusterTrustBundle(bundle('example.com:s:one', AUTHORITY, 'example.com/s'))).toEqual([]);
    expect(texts(validateClusterTrustBundle(bundle('one', AUTHORITY, 'example.com/s')))).toEqual([
      'metadata.name: Invalid value: "one": ClusterTrustBundle for signerName example.com/s must be named with prefix example.com:s:',
    ]);
  });

  it.each([
    ['', 'at least one trust anchor must be provided'],
    [REQUEST, 'entry 0 has bad block type: CERTIFICATE REQUEST'],
    [LEAF, 'entry 0 does not have the CA bit set'],
    [AUTHORITY + AUTHORITY, 'duplicate trust anchor (indices [0 1])'],
  ])('holds authorities, each once', (trustBundle, detail) => {
    expect(texts(validateClusterTrustBundle(bundle('plain', trustBundle)))).toEqual([
      `spec.trustBundle: Invalid value: "<value omitted>": ${detail}`,
    ]);
  });
});

describe('PodCertificateRequest', () => {
  const pod = (): PodCertificateRequest => {
    const object = {
      metadata: { name: 'p' },
      spec: {
        signerName: 'kubernetes.io/x',
        podName: 'p',
        podUID: 'u',
        serviceAccountName: 's',
        serviceAccountUID: 'u',
        nodeName: 'n',
        nodeUID: 'u',
        stubPKCS10Request: 'AAAA',
      },
    };
    defaultPodCertificateRequest(object);
    return object;
  };
  const leaf = parseCertificate(pemBlocks(LEAF)[0]!.bytes)!;
  const iso = (time: number) => new Date(time).toISOString();
  const condition = (type: string) => ({
    type,
    status: 'True',
    reason: 'R',
    message: '',
    lastTransitionTime: NOW,
  });
  const issued = () => ({
    ...pod(),
    status: {
      conditions: [condition('Issued')],
      certificateChain: LEAF,
      notBefore: iso(leaf.notBefore),
      notAfter: iso(leaf.notAfter),
      beginRefreshAt: iso(leaf.notAfter - 3_600_000),
    },
  });
  const then = { ...ctx, now: leaf.notBefore };

  it('lasts a day unless it says otherwise', () => {
    expect(pod().spec.maxExpirationSeconds).toBe(86_400);
    expect(validatePodCertificateRequest(pod())).toEqual([]);
    const long = pod();
    long.spec.maxExpirationSeconds = 86_401;
    expect(texts(validatePodCertificateRequest(long))).toEqual([
      'spec.maxExpirationSeconds: Invalid value: 86401: must be in the range [3600, 86400]',
    ]);
  });

  it('is issued with the times of its certificate', () => {
    expect(validatePodCertificateRequestStatusUpdate(issued(), pod(), then)).toEqual([]);
    expect(podCertificateState(issued())).toBe('Issued');
    const late = { ...then, now: then.now + 300_000 };
    expect(
      validatePodCertificateRequestStatusUpdate(issued(), pod(), late).map((error) => error.field),
    ).toEqual(['status.notBefore']);
  });

  it('is decided once', () => {
    const denied = { ...pod(), status: { conditions: [condition('Denied')] } };
    expect(validatePodCertificateRequestStatusUpdate(denied, pod(), then)).toEqual([]);
    expect(texts(validatePodCertificateRequestStatusUpdate(denied, issued(), then))).toEqual([
      'status: Invalid value: immutable after PodCertificateRequest is issued, denied, or failed',
    ]);
  });
});
