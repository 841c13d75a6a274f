import base64
import hashlib
import hmac
import json
import os
import struct
import tempfile
import time

import boto3
import botocore.session
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

# Session tags and a source identity, along two roles.
both = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]


def role(name, principal, actions, statements, condition=None):
    trusting = {"Effect": "Allow", "Principal": principal, "Action": actions, **({"Condition": condition} if condition else {})}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trusting]})
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    allowed = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=allowed)
    return made


keys_of_team = {"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "risk", "aws:SourceIdentity": "ann"}}}
onward = {"Effect": "Allow", "Action": both, "Resource": "*"}
first = role("boto-first", {"AWS": f"arn:aws:iam::{account}:root"}, both, [onward])
second = role("boto-second", {"AWS": first}, both, [keys_of_team])
tagged = sts.assume_role(RoleArn=first, RoleSessionName="boto", Tags=[{"Key": "team", "Value": "risk"}], TransitiveTagKeys=["team"], SourceIdentity="ann")
assert tagged["SourceIdentity"] == "ann" and 0 < tagged["PackedPolicySize"] <= 100
chained = client("sts", **session(tagged))
client("kms", **session(chained.assume_role(RoleArn=second, RoleSessionName="boto"))).list_keys()
assert code_of(lambda: chained.assume_role(RoleArn=second, RoleSessionName="boto", Tags=[{"Key": "team", "Value": "x"}])) == "ValidationError"
assert code_of(lambda: client("kms", **session(tagged)).list_keys()) == "AccessDeniedException"

# A user with a second factor.
iam.create_user(UserName="boto-person")
key = iam.create_access_key(UserName="boto-person")["AccessKey"]
device = iam.create_virtual_mfa_device(VirtualMFADeviceName="boto-person")["VirtualMFADevice"]
seed = base64.b32decode(device["Base32StringSeed"])
serial = device["SerialNumber"]


def code_at(step):
    digest = hmac.new(seed, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


now = int(time.time()) // 30
iam.enable_mfa_device(UserName="boto-person", SerialNumber=serial, AuthenticationCode1=code_at(now - 1), AuthenticationCode2=code_at(now))
person = client("sts", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
assert code_of(lambda: person.get_session_token(SerialNumber=serial, TokenCode=code_at(now))) == "AccessDenied"
plain = client("sts", **session(person.get_session_token(DurationSeconds=900)))
assert plain.get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:user/boto-person"
assert code_of(plain.get_session_token) == "InvalidClientTokenId"
assert code_of(lambda: client("iam", **session(person.get_session_token())).get_user()) == "InvalidClientTokenId"
assert code_of(lambda: person.get_federation_token(Name="guest")) == "AccessDenied"
assert sts.get_access_key_info(AccessKeyId=key["AccessKeyId"])["Account"] == account

# The credential provider of a profile: a role that wants the second factor, whose code the program asks for.
needs_mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
careful = role("boto-careful", {"AWS": f"arn:aws:iam::{account}:user/boto-person"}, "sts:AssumeRole", [{"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}], needs_mfa)
assert code_of(lambda: person.assume_role(RoleArn=careful, RoleSessionName="boto")) == "AccessDenied"
with tempfile.TemporaryDirectory() as folder:
    os.environ["AWS_CONFIG_FILE"] = os.path.join(folder, "config")
    with open(os.environ["AWS_CONFIG_FILE"], "w") as file:
        file.write(
            "[profile person]\n"
            f"aws_access_key_id = {key['AccessKeyId']}\naws_secret_access_key = {key['SecretAccessKey']}\n"
            f"[profile careful]\nsource_profile = person\nrole_arn = {careful}\nmfa_serial = {serial}\n"
        )
    asking = botocore.session.Session(profile="careful")
    provider = asking.get_component("credential_provider").get_provider("assume-role")
    provider._prompter = lambda prompt: code_at(int(time.time()) // 30 + 1)
    boto3.Session(botocore_session=asking).client("kms").list_keys()
    # The same with a token of an identity provider, in a file: no key at all.
    issuer, audience = os.environ["TEST_ISSUER"], os.environ["TEST_AUDIENCE"]
    trusted = iam.create_open_id_connect_provider(Url=issuer, ClientIDList=[audience])["OpenIDConnectProviderArn"]
    host = issuer.split("//")[1]
    web = role("boto-web", {"Federated": trusted}, "sts:AssumeRoleWithWebIdentity", [{"Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*"}], {"StringEquals": {f"{host}:aud": audience}})
    with open(os.environ["AWS_CONFIG_FILE"], "w") as file:
        file.write(f"[profile web]\nrole_arn = {web}\nrole_session_name = boto\nweb_identity_token_file = {os.environ['TEST_TOKEN_FILE']}\n")
    by_file = boto3.Session(profile_name="web")
    by_file.client("kms").list_keys()
    assert by_file.client("sts").get_caller_identity()["Arn"] == f"arn:aws:sts::{account}:assumed-role/boto-web/boto"
    with open(os.environ["TEST_TOKEN_FILE"]) as file:
        token = file.read()
    forged = token[:-8] + "AAAAAAAA"
    assert code_of(lambda: sts.assume_role_with_web_identity(RoleArn=web, RoleSessionName="boto", WebIdentityToken=forged)) == "InvalidIdentityToken"
