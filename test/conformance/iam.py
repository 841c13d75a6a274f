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

# Groups: their policies count for their members.
iam.create_group(GroupName="boto-group", Path="/boto/")
iam.add_user_to_group(GroupName="boto-group", UserName="boto-user")
lists_users = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}}
iam.put_group_policy(GroupName="boto-group", PolicyName="users", PolicyDocument=json.dumps(lists_users))
assert iam.get_group_policy(GroupName="boto-group", PolicyName="users")["PolicyDocument"] == lists_users
assert client("iam", **theirs).list_users()["Users"]
iam.remove_user_from_group(GroupName="boto-group", UserName="boto-user")
assert code_of(lambda: client("iam", **theirs).list_users()) == "AccessDenied"
iam.add_user_to_group(GroupName="boto-group", UserName="boto-user")
assert [found["GroupName"] for found in iam.list_groups_for_user(UserName="boto-user")["Groups"]] == ["boto-group"]
assert [found["UserName"] for page in iam.get_paginator("get_group").paginate(GroupName="boto-group") for found in page["Users"]] == ["boto-user"]
assert code_of(lambda: iam.delete_group(GroupName="boto-group")) == "DeleteConflict"

# Versions of a policy, its tags, and who has it.
denies = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
version = iam.create_policy_version(PolicyArn=policy["Arn"], PolicyDocument=json.dumps(denies), SetAsDefault=True)["PolicyVersion"]
assert version["VersionId"] == "v2" and version["IsDefaultVersion"]
versions = [found["VersionId"] for page in iam.get_paginator("list_policy_versions").paginate(PolicyArn=policy["Arn"], PaginationConfig={"PageSize": 1}) for found in page["Versions"]]
assert versions == ["v2", "v1"], versions
iam.set_default_policy_version(PolicyArn=policy["Arn"], VersionId="v1")
iam.delete_policy_version(PolicyArn=policy["Arn"], VersionId="v2")
iam.tag_policy(PolicyArn=policy["Arn"], Tags=[{"Key": "team", "Value": "credit risk"}])
assert iam.list_policy_tags(PolicyArn=policy["Arn"])["Tags"] == [{"Key": "team", "Value": "credit risk"}]
assert [found["RoleName"] for found in iam.list_entities_for_policy(PolicyArn=policy["Arn"])["PolicyRoles"]] == ["boto-role"]
pages = iam.get_paginator("list_policies").paginate(OnlyAttached=True, PaginationConfig={"PageSize": 1})
assert [found["PolicyName"] for page in pages for found in page["Policies"]] == ["AdministratorAccess", "boto-policy"]

# Instance profiles, and what waits until things are there.
iam.create_instance_profile(InstanceProfileName="boto-profile")
iam.get_waiter("instance_profile_exists").wait(InstanceProfileName="boto-profile")
iam.get_waiter("policy_exists").wait(PolicyArn=policy["Arn"])
iam.get_waiter("role_exists").wait(RoleName="boto-role")
iam.get_waiter("user_exists").wait(UserName="boto-user")
iam.add_role_to_instance_profile(InstanceProfileName="boto-profile", RoleName="boto-role")
assert iam.get_instance_profile(InstanceProfileName="boto-profile")["InstanceProfile"]["Roles"][0]["AssumeRolePolicyDocument"] == trust
assert code_of(lambda: iam.add_role_to_instance_profile(InstanceProfileName="boto-profile", RoleName="boto-role")) == "LimitExceeded"
iam.remove_role_from_instance_profile(InstanceProfileName="boto-profile", RoleName="boto-role")
iam.delete_instance_profile(InstanceProfileName="boto-profile")

# A user who is renamed keeps keys, groups and policies.
iam.update_user(UserName="boto-user", NewUserName="boto-renamed")
assert client("sts", **theirs).get_caller_identity()["Arn"].endswith(":user/boto-renamed")
client("s3", **theirs).list_buckets()
used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
assert used["UserName"] == "boto-renamed" and used["AccessKeyLastUsed"]["ServiceName"] == "s3", used
iam.update_role(RoleName="boto-role", Description="another", MaxSessionDuration=7200)
assert iam.get_role(RoleName="boto-role")["Role"]["MaxSessionDuration"] == 7200

# The simulator.
simulated = iam.simulate_principal_policy(
    PolicySourceArn=f"arn:aws:iam::{account}:user/boto-renamed", ActionNames=["s3:ListAllMyBuckets", "iam:ListUsers", "kms:ListKeys"]
)["EvaluationResults"]
assert [found["EvalDecision"] for found in simulated] == ["allowed", "allowed", "implicitDeny"], simulated
assert simulated[1]["MatchedStatements"][0]["SourcePolicyType"] == "group"
custom = iam.simulate_custom_policy(
    PolicyInputList=[json.dumps(allows), json.dumps(denies)],
    ActionNames=["s3:ListAllMyBuckets"],
    ContextEntries=[{"ContextKeyName": "aws:SourceVpc", "ContextKeyValues": ["vpc-1"], "ContextKeyType": "string"}],
)["EvaluationResults"][0]
assert custom["EvalDecision"] == "explicitDeny" and custom["MatchedStatements"][0]["SourcePolicyId"] == "PolicyInputList.2"
assert iam.get_context_keys_for_custom_policy(PolicyInputList=[json.dumps(allows)])["ContextKeyNames"] == []

# The account.
iam.create_account_alias(AccountAlias="boto-account")
assert iam.list_account_aliases()["AccountAliases"] == ["boto-account"]
summary = iam.get_account_summary()["SummaryMap"]
assert summary["Users"] == 2 and summary["Groups"] == 1 and summary["AccessKeysPerUserQuota"] == 2, summary
details = iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 2}).build_full_result()
assert {found["UserName"] for found in details["UserDetailList"]} == {"administrator", "boto-renamed"}
assert [found["GroupList"] for found in details["UserDetailList"] if found["UserName"] == "boto-renamed"] == [["boto-group"]]
assert details["RoleDetailList"][0]["AssumeRolePolicyDocument"] == trust
assert code_of(lambda: iam.get_credential_report()) == "ReportNotPresent"
while iam.generate_credential_report()["State"] != "COMPLETE":
    pass
report = iam.get_credential_report()["Content"].decode().splitlines()
assert report[0].startswith("user,arn,user_creation_time,password_enabled") and len(report) == 4, report
