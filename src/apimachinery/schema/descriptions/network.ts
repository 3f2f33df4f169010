/** Services, ingress, network policies and rights. */

const PORT_STATUS = `error Why the port is not open, in CamelCase, or as domain/CamelCase where the provider says it.
port Number of the port.
protocol TCP, UDP or SCTP.`;

export const NETWORK: Readonly<Record<string, string>> = {
  'core.v1.Service': `A lasting address and name for a set of pods.`,
  'core.v1.ServiceSpec': `How a Service is reached and which pods it leads to.
allocateLoadBalancerNodePorts Whether a load balancer's ports also get node ports. Default true.
clusterIP Address inside the cluster; chosen by the system when empty. None means no address, only DNS records of the pods.
clusterIPs Addresses inside the cluster, one for each IP family; the first is clusterIP.
externalIPs Further addresses at which nodes accept traffic for the Service; somebody else has to route them there.
externalName Name in DNS that the Service is an alias for; only for the type ExternalName.
externalTrafficPolicy Traffic from outside: Cluster spreads it over all pods, Local keeps it on the node and keeps the client's address.
healthCheckNodePort Node port that tells whether the node has pods of the Service; only for LoadBalancer with Local external traffic. Cannot be changed.
internalTrafficPolicy Traffic from inside: Cluster spreads it over all pods, Local only to pods of the same node. Default Cluster.
ipFamilies IPv4, IPv6 or both, in order of preference.
ipFamilyPolicy SingleStack, PreferDualStack or RequireDualStack. Default SingleStack.
loadBalancerClass Implementation of the load balancer; without it, the provider's own. Cannot be changed once set.
loadBalancerIP Deprecated: address asked of the load balancer.
loadBalancerSourceRanges Networks whose clients the load balancer lets in.
ports The ports of the Service.
publishNotReadyAddresses DNS and endpoints show pods that are not ready as well.
selector Labels of the pods that traffic goes to; without it, endpoints are kept by others. Not for ExternalName.
sessionAffinity ClientIP keeps a client on one pod; None does not. Default None.
sessionAffinityConfig Settings of the session affinity.
trafficDistribution Which endpoints are preferred, such as PreferSameZone or PreferSameNode.
type ClusterIP, NodePort, LoadBalancer or ExternalName: each of the first three includes the ones before. Default ClusterIP.`,
  'core.v1.ServicePort': `One port of a Service.
appProtocol Protocol of the application, such as kubernetes.io/h2c.
name Name of the port; required when there are several.
nodePort Port on every node; chosen by the system when needed and empty.
port Port of the Service.
protocol TCP, UDP or SCTP. Default TCP.
targetPort Port of the pods, by number or by name. Default: the same as port.`,
  'core.v1.ServiceStatus': `What was observed of a Service.
loadBalancer State of the load balancer, if there is one.`,
  'core.v1.LoadBalancerStatus': `State of a load balancer.
ingress Where traffic for the Service goes in.`,
  'core.v1.LoadBalancerIngress': `One place where traffic goes in.
hostname Name in DNS.
ip Address.
ipMode How the address behaves: VIP, traffic arrives with it as destination, or Proxy.
ports State of each port.`,
  'core.v1.PortStatus': `State of one port of a load balancer.
${PORT_STATUS}`,
  'core.v1.SessionAffinityConfig': `Settings of the session affinity.
clientIP Settings for ClientIP.`,
  'core.v1.ClientIPConfig': `Settings of the affinity by client address.
timeoutSeconds Seconds a client stays on a pod, 1 to 86400. Default 10800 (3 hours).`,
  'networking.v1.Ingress': `Routes HTTP requests from outside to Services, by host and path.`,
  'networking.v1.IngressSpec': `Which requests go where.
defaultBackend Where requests go that no rule matches.
ingressClassName IngressClass whose controller serves this Ingress.
rules Rules by host; without any, everything goes to the default backend.
tls Hosts that are served with TLS, and their certificates.`,
  'networking.v1.IngressRule': `The paths of one host.
host Host name, exact or with a wildcard as its first label, such as *.example.com; without it, every host.
http The paths and their backends.`,
  'networking.v1.HTTPIngressRuleValue': `Paths and their backends.
paths The paths.`,
  'networking.v1.HTTPIngressPath': `Where requests for one path go.
backend Where they go.
path Path to match, beginning with /.
pathType Exact matches the whole path, Prefix matches it element by element, ImplementationSpecific is up to the controller.`,
  'networking.v1.IngressBackend': `Where requests go: to a Service or to another resource.
resource An object of the same namespace, such as an object bucket; not together with service.
service A Service of the same namespace.`,
  'networking.v1.IngressServiceBackend': `A port of a Service.
name Name of the Service.
port The port.`,
  'networking.v1.ServiceBackendPort': `A port by name or by number.
name Name of the port.
number Number of the port.`,
  'networking.v1.IngressTLS': `Hosts served with one certificate.
hosts Host names; they must be in the certificate.
secretName Secret with the certificate and its key.`,
  'networking.v1.IngressStatus': `What was observed of an Ingress.
loadBalancer State of the load balancer.`,
  'networking.v1.IngressLoadBalancerStatus': `State of the load balancer of an Ingress.
ingress Where requests go in.`,
  'networking.v1.IngressLoadBalancerIngress': `One place where requests go in.
hostname Name in DNS.
ip Address.
ports State of each port.`,
  'networking.v1.IngressPortStatus': `State of one port.
${PORT_STATUS}`,
  'networking.v1.NetworkPolicy': `Which traffic pods may receive and send.`,
  'networking.v1.NetworkPolicySpec': `The pods a policy is about and the traffic it allows.
egress Traffic the pods may send; what no rule of any policy allows is refused.
ingress Traffic the pods may receive; what no rule of any policy allows is refused.
podSelector Which pods of the namespace; an empty selector means all.
policyTypes Ingress, Egress or both. Default: Ingress, and Egress when there are egress rules.`,
  'networking.v1.NetworkPolicyIngressRule': `Traffic that may be received.
from Who may send it; empty means everybody.
ports At which ports; empty means all.`,
  'networking.v1.NetworkPolicyEgressRule': `Traffic that may be sent.
ports To which ports; empty means all.
to To whom; empty means everybody.`,
  'networking.v1.NetworkPolicyPeer': `The other side: either addresses or pods.
ipBlock A network; not together with selectors.
namespaceSelector Pods of all namespaces that match.
podSelector Pods that match, in this namespace or in those the other selector chooses.`,
  'networking.v1.NetworkPolicyPort': `A port or a range of ports.
endPort Last port of the range that begins with port.
port Port by number or by name; without it, all ports.
protocol TCP, UDP or SCTP. Default TCP.`,
  'networking.v1.IPBlock': `A network without some of its parts.
cidr The network, such as 192.168.1.0/24 or 2001:db8::/64.
except Parts that do not belong to it.`,
  'rbac.v1.Role': `Rights within one namespace.
rules The rights.`,
  'rbac.v1.RoleBinding': `Gives the rights of a role to users, groups or service accounts, within one namespace.
roleRef A Role of the same namespace, or a ClusterRole; cannot be changed.
subjects Who gets the rights.`,
  'rbac.v1.ClusterRole': `Rights in the whole cluster, or in any namespace it is bound in.
aggregationRule Fills the rules from other ClusterRoles.
rules The rights.`,
  'rbac.v1.AggregationRule': `Which ClusterRoles are put together.
clusterRoleSelectors A ClusterRole that one of these matches is part of it.`,
  'rbac.v1.ClusterRoleBinding': `Gives the rights of a ClusterRole to users, groups or service accounts, in the whole cluster.
roleRef A ClusterRole; cannot be changed.
subjects Who gets the rights.`,
  'rbac.v1.PolicyRule': `What may be done with what.
apiGroups Groups of the resources; "" is the core group, * all.
nonResourceURLs Paths that are no resources, such as /healthz or /logs/*; only in a ClusterRole.
resourceNames Names of the objects; empty means all.
resources Resources, and subresources as resource/subresource; * means all.
verbs What may be done, such as get or create; * means everything.`,
  'rbac.v1.RoleRef': `Names a role.
apiGroup Group of the role: rbac.authorization.k8s.io.
kind Role or ClusterRole.
name Name of the role.`,
  'rbac.v1.Subject': `A user, a group or a service account.
apiGroup Group of the subject: "" for service accounts, rbac.authorization.k8s.io for users and groups.
kind User, Group or ServiceAccount.
name Name of the subject.
namespace Namespace of the service account; empty for the others.`,
};
