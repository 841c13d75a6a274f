import json

from client import client, code_of

sts = client("sts")
iam = client("iam")
account = sts.get_caller_identity()["Account"]
trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}]}
buckets = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:ListAllMyBuckets", "kms:ListKeys"], "Resource": "*"}]}
arn = iam.create_role(RoleName="boto-assumed", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
iam.put_role_policy(RoleName="boto-assumed", PolicyName="list", PolicyDocument=json.dumps(buckets))

given = sts.assume_role(RoleArn=arn, RoleSessionName="boto", DurationSeconds=900)
assert given["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/boto-assumed/boto"


def session(found):
    return dict(
        aws_access_key_id=found["Credentials"]["AccessKeyId"],
        aws_secret_access_key=found["Credentials"]["SecretAccessKey"],
        aws_session_token=found["Credentials"]["SessionToken"],
    )


client("s3", **session(given)).list_buckets()
client("kms", **session(given)).list_keys()
assert code_of(lambda: client("s3", **session(given)).create_bucket(Bucket="not-allowed")) == "AccessDenied"
# A session policy takes away.
only = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}]}
less = sts.assume_role(RoleArn=arn, RoleSessionName="less", Policy=json.dumps(only))
client("kms", **session(less)).list_keys()
assert code_of(lambda: client("s3", **session(less)).list_buckets()) == "AccessDenied"
assert code_of(lambda: sts.assume_role(RoleArn=arn + "-not", RoleSessionName="boto")) == "AccessDenied"
assert code_of(lambda: sts.assume_role(RoleArn=arn, RoleSessionName="boto", DurationSeconds=43_200)) == "ValidationError"
