/**
 * Promise: whatever is attached to a VPC reaches the VPC's endpoints that its security groups allow,
 * what is attached to the same VPC as far as they allow it, and nothing else: there is no link from a
 * VPC to this machine, to another VPC or to the internet. Between hosts whose traffic is to be encrypted only
 * their tunnels pass.
 * Invariants: a namespace never exists without its rules; the rules in the kernel follow the store; an
 * address on a packet is believed only together with the interface it came in on.
 * It must not know what a job is, nor what speaks on an endpoint.
 */
export type {
  Attached,
  AttachedCluster,
  Attachments,
  ClusterRequest,
  AttachmentEndpoint,
  EndpointAddress,
  Networks,
  NetworkRefusal,
  NetworkTags,
  NetworkWatcher,
  NewRule,
  SecurityGroup,
  SecurityGroupRule,
  SecurityGroups,
  Subnet,
  Subnets,
  Tags,
  Vpc,
  VpcEndpoint,
  VpcEndpoints,
  Vpcs,
} from "./network.ts";
export { networkMigrations } from "./network-store.ts";
export { networkTagsMax } from "./network-tags.ts";
export { openNetworks } from "./networks.ts";
export type { NetworkSettings } from "./core.ts";
export { credentialsAddress, credentialsPort, endpointPort, tunnelPort } from "./rules.ts";
