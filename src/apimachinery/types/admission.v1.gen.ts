// Made by scripts/schema.ts. Do not edit.
import type * as authentication_v1 from './authentication.v1.gen.ts';
import type * as meta_v1 from './meta.v1.gen.ts';

export interface AdmissionRequest {
  uid?: string;
  kind?: meta_v1.GroupVersionKind;
  resource?: meta_v1.GroupVersionResource;
  subResource?: string;
  name?: string;
  namespace?: string;
  operation?: string;
  userInfo?: authentication_v1.UserInfo;
  object?: any | null;
  oldObject?: any | null;
  dryRun?: boolean;
  options?: any | null;
  requestKind?: meta_v1.GroupVersionKind;
  requestResource?: meta_v1.GroupVersionResource;
  requestSubResource?: string;
}

export interface AdmissionResponse {
  uid?: string;
  allowed?: boolean;
  status?: meta_v1.Status;
  patch?: string;
  patchType?: string;
  auditAnnotations?: Record<string, string>;
  warnings?: string[];
}

export interface AdmissionReview {
  apiVersion?: string;
  kind?: string;
  request?: AdmissionRequest;
  response?: AdmissionResponse;
}
