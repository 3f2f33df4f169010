/** Kubeconfigs, as YAML that needs no library to write: every value is a JSON string. */
export function kubeconfig(options: {
  readonly name: string;
  readonly server: string;
  readonly token: string;
  /** PEM; absent when the server's certificate is signed by a public authority. */
  readonly caCertificate?: string;
}): string {
  const name = JSON.stringify(options.name);
  const authority = options.caCertificate
    ? `    certificate-authority-data: ${btoa(options.caCertificate)}\n`
    : '';
  return `apiVersion: v1
kind: Config
clusters:
- name: ${name}
  cluster:
${authority}    server: ${JSON.stringify(options.server)}
contexts:
- name: ${name}
  context:
    cluster: ${name}
    user: ${name}
current-context: ${name}
users:
- name: ${name}
  user:
    token: ${JSON.stringify(options.token)}
`;
}
