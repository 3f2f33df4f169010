/**
 * The components of the control plane, whose health is told and not stored: whoever gets an answer has reached them.
 * Source: kubernetes pkg/registry/core/componentstatus/rest.go.
 */
import { matchesFields } from '../../apimachinery/fields.ts';
import { matches } from '../../apimachinery/labels.ts';
import { notFound } from '../../apimachinery/status.ts';
import type { Stored } from '../../apis/object.ts';
import { selectableField } from '../../apis/selectable.ts';
import { negotiate } from '../negotiation.ts';
import { includeObject, listParameters } from '../options.ts';
import type { Handling } from './handling.ts';
import { answerList, answerObject, FORMS } from './resource.ts';

const COMPONENTS = ['scheduler', 'controller-manager', 'etcd-0'];

const statusOf = (name: string): Stored => ({
  kind: 'ComponentStatus',
  apiVersion: 'v1',
  metadata: { name },
  conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
});

async function handleGet(h: Handling): Promise<Response> {
  const format = negotiate(h.request, h.query, FORMS);
  const { name } = h.info;
  if (!COMPONENTS.includes(name)) throw notFound({ group: '', resource: 'componentstatus' }, name);
  return answerObject(h, { format, status: 200, gzip: h.gzip, warnings: h.ctx.warnings }, statusOf(name));
}

async function handleList(h: Handling): Promise<Response> {
  const format = negotiate(h.request, h.query, FORMS);
  const { labels, fields } = listParameters(h.query, h.definition, false);
  const shown = COMPONENTS.map(statusOf).filter(
    (object) =>
      (!labels || matches(labels, object.metadata.labels)) &&
      (!fields || matchesFields(fields, (field) => selectableField(h.definition, object, field) ?? '')),
  );
  const answer = { format, status: 200, gzip: h.gzip, warnings: h.ctx.warnings };
  return answerList(h, answer, shown, {}, includeObject(h.query, format));
}

export const COMPUTED_VERBS: Readonly<Record<string, (h: Handling) => Promise<Response>>> = {
  get: handleGet,
  list: handleList,
};
