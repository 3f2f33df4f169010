import { expect, it } from 'vitest';
import { encodeDocumentV3 } from './gnostic-v3.ts';

const S = { $ref: '#/components/schemas/S' };
const DOCUMENT = {
  openapi: '3.0.0',
  info: { title: 'T', version: '1' },
  paths: {
    '/a/{b}': {
      parameters: [{ name: 'b', in: 'path', required: true, schema: { type: 'string', uniqueItems: true } }],
      post: {
        tags: ['t'],
        description: 'd',
        operationId: 'o',
        requestBody: { content: { 'application/json': { schema: S } }, required: true },
        responses: { 200: { description: 'OK', content: { '*/*': { schema: { type: 'string' } } } } },
      },
    },
  },
  components: {
    schemas: {
      S: {
        type: 'object',
        description: 's',
        required: ['f'],
        properties: {
          f: {
            type: 'array',
            items: { type: 'integer', format: 'int32', default: 0, minimum: 1.5, maxLength: 3 },
            default: {},
          },
          g: { allOf: [S], default: 'x' },
          h: { oneOf: [{ type: 'integer' }, { type: 'string' }], nullable: true, default: false },
          i: { type: 'object', additionalProperties: { type: 'boolean' } },
          j: { type: 'object', additionalProperties: false },
          k: { not: { type: 'string' } },
        },
      },
    },
    securitySchemes: { B: { type: 'apiKey', name: 'n', in: 'header' } },
  },
};

it('writes a document to the bytes that gnostic makes of it', () => {
  const hex = Array.from(encodeDocumentV3(DOCUMENT), (byte) => byte.toString(16).padStart(2, '0')).join('');
  expect(hex).toBe(
    '0a05332e302e3012060a0154320131229b010a98010a062f612f7b627d128d01326c0a01741a01642a016f3a380a3612320a300a106170706c69636174696f6e2f6a736f6e121c0a1a12180a16232f636f6d706f6e656e74732f736368656d61732f531801422712250a03323030121e0a1c0a024f4b1a160a140a032a2f2a120d0a0b0a09ca0106737472696e676a1d0a1b0a01621204706174682001520e0a0ca00101ca0106737472696e672aae020a8d020a8a020a01531284020a8102ba010166ca01066f626a656374fa01ec010a420a0166123d0a3bca01056172726179f2012d0a2b0a2969000000000000f83f7803ca0107696e74656765728a02090900000000000000009a0205696e7433328a02000a2a0a016712250a23d2011a12180a16232f636f6d706f6e656e74732f736368656d61732f538a02031a01780a2b0a016812260a240801da010c0a0aca0107696e7465676572da010b0a09ca0106737472696e678a020210000a210a0169121c0a1aca01066f626a65637482020e0a0c0a0aca0107626f6f6c65616e0a150a016a12100a0eca01066f626a65637482020210000a130a016b120e0a0cea0109ca0106737472696e67920201733a1c0a1a0a014212150a130a066170694b65791a016e2206686561646572',
  );
});
