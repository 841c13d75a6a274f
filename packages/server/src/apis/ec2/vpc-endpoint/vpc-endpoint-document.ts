import type { State, VpcEndpoint as VpcEndpointDocument } from "@aws-sdk/client-ec2";
import type { VpcEndpoint, VpcEndpoints } from "../../../compute/index.ts";
import { tagList } from "../tags.ts";

/** EC2 writes it in lower case, unlike its own model. */
const available = "available" as string as State;

/** The endpoint's addresses stand where EC2 has DNS names: clients address endpoints by them. */
export function vpcEndpointDocument(
  endpoints: Pick<VpcEndpoints, "toldPolicy">,
  endpoint: VpcEndpoint,
  accountId: string,
): VpcEndpointDocument {
  return {
    VpcEndpointId: endpoint.vpcEndpointId,
    VpcEndpointType: endpoint.type,
    VpcId: endpoint.vpcId,
    ServiceName: endpoint.serviceName,
    State: available,
    PolicyDocument: endpoints.toldPolicy(endpoint),
    SubnetIds: [...endpoint.subnetIds],
    Groups: endpoint.securityGroupIds.map((GroupId) => ({ GroupId })),
    DnsEntries: endpoint.addresses.map((DnsName) => ({ DnsName })),
    PrivateDnsEnabled: endpoint.privateDns,
    RequesterManaged: false,
    OwnerId: accountId,
    CreationTimestamp: new Date(endpoint.createdAt),
    Tags: tagList(endpoint.tags),
  };
}
