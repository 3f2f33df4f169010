// Made by scripts/schema.ts. Do not edit.
import type * as core_v1 from './core.v1.gen.ts';
import type * as meta_v1 from './meta.v1.gen.ts';

export interface Endpoint {
  addresses: string[] | null;
  conditions?: EndpointConditions;
  deprecatedTopology?: Record<string, string>;
  hints?: EndpointHints;
  hostname?: string;
  nodeName?: string;
  targetRef?: core_v1.ObjectReference;
  zone?: string;
}

export interface EndpointConditions {
  ready?: boolean;
  serving?: boolean;
  terminating?: boolean;
}

export interface EndpointHints {
  forNodes?: ForNode[];
  forZones?: ForZone[];
}

export interface EndpointPort {
  appProtocol?: string;
  name?: string;
  port?: number;
  protocol?: string;
}

export interface EndpointSlice {
  addressType: string;
  apiVersion?: string;
  endpoints?: Endpoint[] | null;
  kind?: string;
  metadata?: meta_v1.ObjectMeta;
  ports?: EndpointPort[] | null;
}

export interface EndpointSliceList {
  apiVersion?: string;
  items: EndpointSlice[];
  kind?: string;
  metadata?: meta_v1.ListMeta;
}

export interface ForNode {
  name: string;
}

export interface ForZone {
  name: string;
}
