from client import client, code_of

ec2 = client("ec2")
tags = [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "boto & co"}]}]
vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16", TagSpecifications=tags)["Vpc"]
subnet = ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.77.1.0/24")["Subnet"]
group = ec2.create_security_group(VpcId=vpc["VpcId"], GroupName="boto", Description="boto")["GroupId"]
ec2.authorize_security_group_ingress(
    GroupId=group,
    IpPermissions=[{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.77.0.0/16"}]}],
)
endpoint = ec2.create_vpc_endpoint(
    VpcId=vpc["VpcId"],
    ServiceName="com.amazonaws.us-east-1.s3",
    VpcEndpointType="Interface",
    SubnetIds=[subnet["SubnetId"]],
    SecurityGroupIds=[group],
)["VpcEndpoint"]
found = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["boto & co"]}])["Vpcs"]
assert [one["VpcId"] for one in found] == [vpc["VpcId"]] and found[0]["Tags"] == [{"Key": "Name", "Value": "boto & co"}]
assert ec2.describe_subnets(SubnetIds=[subnet["SubnetId"]])["Subnets"][0]["CidrBlock"] == "10.77.1.0/24"
rules = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
assert rules[0]["FromPort"] == 443 and rules[0]["IpRanges"][0]["CidrIp"] == "10.77.0.0/16"
assert ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])["VpcEndpoints"][0]["State"] == "available"
assert code_of(lambda: ec2.describe_vpcs(VpcIds=["vpc-00000000000000000"])) == "InvalidVpcID.NotFound"
assert code_of(lambda: ec2.delete_vpc(VpcId=vpc["VpcId"])) == "DependencyViolation"
ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
ec2.delete_security_group(GroupId=group)
ec2.delete_subnet(SubnetId=subnet["SubnetId"])
ec2.delete_vpc(VpcId=vpc["VpcId"])
