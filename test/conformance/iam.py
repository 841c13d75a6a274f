import json

from client import client, code_of

iam = client("iam")
trust = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
account = client("sts").get_caller_identity()["Account"]
trust["Statement"][0]["Principal"]["AWS"] = f"arn:aws:iam::{account}:root"
allows = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}

role = iam.create_role(RoleName="boto-role", AssumeRolePolicyDocument=json.dumps(trust), Description="a < b & c")["Role"]
assert role["Arn"] == f"arn:aws:iam::{account}:role/boto-role" and role["RoleId"].startswith("AROA")
# The client decodes documents to dictionaries.
read = iam.get_role(RoleName="boto-role")["Role"]
assert read["AssumeRolePolicyDocument"] == trust and read["Description"] == "a < b & c"
iam.put_role_policy(RoleName="boto-role", PolicyName="list", PolicyDocument=json.dumps(allows))
assert iam.get_role_policy(RoleName="boto-role", PolicyName="list")["PolicyDocument"] == allows
policy = iam.create_policy(PolicyName="boto-policy", PolicyDocument=json.dumps(allows))["Policy"]
iam.attach_role_policy(RoleName="boto-role", PolicyArn=policy["Arn"])
assert [found["PolicyName"] for found in iam.list_attached_role_policies(RoleName="boto-role")["AttachedPolicies"]] == ["boto-policy"]
assert iam.get_policy_version(PolicyArn=policy["Arn"], VersionId="v1")["PolicyVersion"]["Document"] == allows
try:
    iam.create_role(RoleName="boto-role", AssumeRolePolicyDocument=json.dumps(trust))
    raise AssertionError("made the same role twice")
except iam.exceptions.EntityAlreadyExistsException as error:
    assert error.response["Error"]["Code"] == "EntityAlreadyExists"
    assert error.response["ResponseMetadata"]["RequestId"]
assert code_of(lambda: iam.put_role_policy(RoleName="boto-role", PolicyName="bad", PolicyDocument="{")) == "MalformedPolicyDocument"
assert code_of(lambda: iam.delete_role(RoleName="boto-role")) == "DeleteConflict"

iam.create_user(UserName="boto-user", Tags=[{"Key": "team", "Value": "credit risk"}])
assert iam.list_user_tags(UserName="boto-user")["Tags"] == [{"Key": "team", "Value": "credit risk"}]
iam.put_user_policy(UserName="boto-user", PolicyName="list", PolicyDocument=json.dumps(allows))
key = iam.create_access_key(UserName="boto-user")["AccessKey"]
theirs = dict(aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
assert client("sts", **theirs).get_caller_identity()["Arn"].endswith(":user/boto-user")
client("s3", **theirs).list_buckets()
assert code_of(lambda: client("iam", **theirs).list_users()) == "AccessDenied"
assert code_of(lambda: client("kms", **theirs).list_keys()) == "AccessDeniedException"
assert code_of(lambda: client("ec2", **theirs).describe_vpcs()) == "UnauthorizedOperation"
names = [found["UserName"] for page in iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1}) for found in page["Users"]]
assert "boto-user" in names and "administrator" in names, names
assert code_of(lambda: iam.get_user(UserName="nobody")) == "NoSuchEntity"
assert client("sts").get_caller_identity()["UserId"].startswith("AIDA")
