/**
 * Image references as defaulting reads them.
 * Source: kubernetes pkg/util/parsers/parsers.go, distribution/reference (the grammar).
 */
const SEPARATOR = '(?:[._]|__|-+)';
const COMPONENT = `[a-z0-9]+(?:${SEPARATOR}[a-z0-9]+)*`;
const HOST_LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const HOST = `(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(
  `^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*(?::(?<tag>${TAG}))?(?:@(?<digest>${DIGEST}))?$`,
);
const BARE_IDENTIFIER = /^[a-f0-9]{64}$/;
/** Longer references are refused by the grammar (255 for the name, 128 for the tag) and are not matched at all. */
const MAX_LENGTH = 1024;

/**
 * The tag of an image reference: `latest` when it has neither tag nor digest, '' when it has only a digest or is no
 * valid reference.
 */
export function imageTag(image: string): string {
  if (image.length > MAX_LENGTH || BARE_IDENTIFIER.test(image)) return '';
  const groups = REFERENCE.exec(image)?.groups;
  if (!groups) return '';
  return groups.tag ?? (groups.digest === undefined ? 'latest' : '');
}

/** The pull policy of an image that names none: Always for `latest`, else IfNotPresent. */
export function defaultPullPolicy(image: string | undefined): string {
  return imageTag(image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
}
