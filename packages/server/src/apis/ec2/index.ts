/**
 * Amazon EC2, as far as it is networks: VPCs, subnets, security groups and VPC endpoints.
 *
 * Gaps: of an endpoint only the policy can be changed;
 * private DNS, prefix lists, single ICMP types, route tables, network ACLs, several address ranges per VPC and IPv6 are not there.
 * By design: there is no way to the internet and none from one VPC to another, so gateways, NAT,
 * peering, public addresses and instances are not there and never will be. A VPC is available as soon
 * as it was made. An endpoint's policy is asked for the actions of the service that the endpoint carries. It keeps users and roles by
 * their unique ids; those of this account have to be there. A gateway endpoint needs no route: what its VPC's egress rules allow reaches it.
 * A Describe operation tells only the resources on which the caller may perform it, tags being looked at.
 * Client quirks: EC2's model says of almost no member that it is required; a missing one is refused as
 * MissingParameter. An endpoint's DnsEntries hold its addresses.
 */
import * as client from "@aws-sdk/client-ec2";
import { awsServices, service } from "@strongroom/wire";
import type { Networks } from "../../compute/index.ts";
import type { ServerService } from "../operation.ts";
import { authorizeSecurityGroupEgress } from "./security-group/authorize-security-group-egress.ts";
import { authorizeSecurityGroupIngress } from "./security-group/authorize-security-group-ingress.ts";
import { createSecurityGroup } from "./security-group/create-security-group.ts";
import { deleteSecurityGroup } from "./security-group/delete-security-group.ts";
import { describeSecurityGroups } from "./security-group/describe-security-groups.ts";
import { revokeSecurityGroupEgress } from "./security-group/revoke-security-group-egress.ts";
import { revokeSecurityGroupIngress } from "./security-group/revoke-security-group-ingress.ts";
import { createSubnet } from "./subnet/create-subnet.ts";
import { deleteSubnet } from "./subnet/delete-subnet.ts";
import { describeSubnets } from "./subnet/describe-subnets.ts";
import { createTags } from "./tag/create-tags.ts";
import { deleteTags } from "./tag/delete-tags.ts";
import { describeTags } from "./tag/describe-tags.ts";
import { createVpcEndpoint } from "./vpc-endpoint/create-vpc-endpoint.ts";
import { deleteVpcEndpoints } from "./vpc-endpoint/delete-vpc-endpoints.ts";
import { describeVpcEndpoints } from "./vpc-endpoint/describe-vpc-endpoints.ts";
import { modifyVpcEndpoint } from "./vpc-endpoint/modify-vpc-endpoint.ts";
import { createVpc } from "./vpc/create-vpc.ts";
import { deleteVpc } from "./vpc/delete-vpc.ts";
import { describeVpcs } from "./vpc/describe-vpcs.ts";

type Faces = Pick<Networks, "vpcs" | "subnets" | "securityGroups" | "vpcEndpoints" | "tags">;

export const ec2 = ({ vpcs, subnets, securityGroups, vpcEndpoints, tags }: Faces): ServerService =>
  service(awsServices.ec2, client, [
    createVpc(vpcs),
    describeVpcs(vpcs),
    deleteVpc(vpcs),
    createSubnet(subnets),
    describeSubnets(subnets),
    deleteSubnet(subnets),
    createSecurityGroup(securityGroups),
    describeSecurityGroups(securityGroups),
    deleteSecurityGroup(securityGroups),
    authorizeSecurityGroupEgress(securityGroups),
    authorizeSecurityGroupIngress(securityGroups),
    revokeSecurityGroupEgress(securityGroups),
    revokeSecurityGroupIngress(securityGroups),
    createVpcEndpoint(vpcEndpoints),
    describeVpcEndpoints(vpcEndpoints),
    modifyVpcEndpoint(vpcEndpoints),
    deleteVpcEndpoints(vpcEndpoints),
    createTags(tags),
    deleteTags(tags),
    describeTags(tags),
  ]);
