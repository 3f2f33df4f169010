import type { Client } from '../../registry/client.ts';
import type { ControllerContext } from '../framework.ts';

/** What these controllers write, upstream's API server writes itself. */
export const asServer = ({ client }: ControllerContext): Client =>
  client.as('system:apiserver', 'kube-apiserver');
