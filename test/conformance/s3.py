import base64
import hashlib
import io
import json
import os
import re
import ssl
import urllib.error
import urllib.request

from boto3.s3.transfer import TransferConfig
from client import client, code_of

s3 = client("s3")
bucket = "boto-objects"
s3.create_bucket(Bucket=bucket)
assert bucket in [found["Name"] for found in s3.list_buckets()["Buckets"]]
assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None

# Keys that are written differently in a path, in a query and in XML.
names = ["plain.txt", "with space", "a+b", "ümläut/größe", "a&b<c>", "percent%41", "~tilde", "dir//double"]
for name in names:
    s3.put_object(Bucket=bucket, Key=name, Body=name.encode(), Metadata={"about": "x" * 20}, ContentType="text/plain")
for name in names:
    found = s3.get_object(Bucket=bucket, Key=name)
    assert found["Body"].read() == name.encode(), name
    assert found["Metadata"] == {"about": "x" * 20}, found["Metadata"]
    assert found["ContentType"] == "text/plain"
listed = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]]
assert sorted(listed, key=str.encode) == sorted(names, key=str.encode) == listed, listed
pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 3})
assert [entry["Key"] for page in pages for entry in page["Contents"]] == listed
folders = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
assert [found["Prefix"] for found in folders["CommonPrefixes"]] == ["dir/", "ümläut/"], folders["CommonPrefixes"]

# Text beyond ASCII in headers: boto3 sends its bytes in UTF-8, and reads a byte as a character.
for text in ["ü.txt", "€.txt", "日.txt", "à"]:
    disposition = f'attachment; filename="{text}"'
    s3.put_object(Bucket=bucket, Key="plain.txt", Body=b"plain.txt", ContentDisposition=disposition)
    for found in (s3.get_object(Bucket=bucket, Key="plain.txt"), s3.head_object(Bucket=bucket, Key="plain.txt")):
        assert found["ContentDisposition"].encode("latin-1").decode() == disposition, found["ContentDisposition"]

# A file of 20 MB in parts, by the client's own transfer; ranges of it.
body = os.urandom(20_000_000)
s3.upload_fileobj(io.BytesIO(body), bucket, "big", Config=TransferConfig(multipart_chunksize=6 * 1024 * 1024))
head = s3.head_object(Bucket=bucket, Key="big")
assert head["ContentLength"] == len(body) and head["ETag"].endswith('-4"'), head
into = io.BytesIO()
s3.download_fileobj(bucket, "big", into)
assert hashlib.sha256(into.getvalue()).digest() == hashlib.sha256(body).digest()
for given, first, last in [("bytes=0-0", 0, 0), ("bytes=6291455-6291457", 6291455, 6291457), ("bytes=-5", 19999995, 19999999)]:
    part = s3.get_object(Bucket=bucket, Key="big", Range=given)
    assert part["Body"].read() == body[first : last + 1], given
    assert part["ContentRange"] == f"bytes {first}-{last}/{len(body)}", part["ContentRange"]
    assert part["ResponseMetadata"]["HTTPStatusCode"] == 206
assert code_of(lambda: s3.get_object(Bucket=bucket, Key="big", Range="bytes=99999999-")) == "InvalidRange"

# Copy, conditional reads, batch deletion.
s3.copy_object(Bucket=bucket, Key="copied", CopySource={"Bucket": bucket, "Key": "ümläut/größe"})
copied = s3.get_object(Bucket=bucket, Key="copied")
assert copied["Body"].read() == "ümläut/größe".encode()
assert code_of(lambda: s3.get_object(Bucket=bucket, Key="copied", IfNoneMatch=copied["ETag"])) == "304"
assert code_of(lambda: s3.get_object(Bucket=bucket, Key="copied", IfMatch='"0"')) == "PreconditionFailed"
assert code_of(lambda: s3.get_object(Bucket=bucket, Key="copied", IfModifiedSince=copied["LastModified"])) == "304"
assert re.fullmatch(
    r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", copied["ResponseMetadata"]["HTTPHeaders"]["last-modified"]
)
gone = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": name} for name in [*names, "copied", "big"]]})
assert len(gone["Deleted"]) == len(names) + 2 and "Errors" not in gone
assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0

# Versions.
s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
first = s3.put_object(Bucket=bucket, Key="kept", Body=b"one")["VersionId"]
second = s3.put_object(Bucket=bucket, Key="kept", Body=b"two")["VersionId"]
marker = s3.delete_object(Bucket=bucket, Key="kept")
assert marker["DeleteMarker"] is True
assert code_of(lambda: s3.get_object(Bucket=bucket, Key="kept")) == "NoSuchKey"
assert s3.get_object(Bucket=bucket, Key="kept", VersionId=first)["Body"].read() == b"one"
versions = s3.list_object_versions(Bucket=bucket)
assert [found["VersionId"] for found in versions["Versions"]] == [second, first]
assert versions["DeleteMarkers"][0]["VersionId"] == marker["VersionId"]
for version in [first, second, marker["VersionId"]]:
    s3.delete_object(Bucket=bucket, Key="kept", VersionId=version)

# A presigned address, fetched by something that knows nothing of AWS.
s3.put_object(Bucket=bucket, Key="shown once", Body=b"by address")
address = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "shown once"}, ExpiresIn=60)
trusted = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
assert urllib.request.urlopen(address, context=trusted).read() == b"by address"
try:
    urllib.request.urlopen(address.replace("shown%20once", "another"), context=trusted)
    raise AssertionError("a changed address was answered")
except urllib.error.HTTPError as refused:
    assert refused.code == 403
sent = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "sent"}, ExpiresIn=60)
urllib.request.urlopen(urllib.request.Request(sent, data=b"by put", method="PUT"), context=trusted)
assert s3.get_object(Bucket=bucket, Key="sent")["Body"].read() == b"by put"

# A key that the customer keeps: in one piece, in parts by the client's own transfer, copied, and without it.
customer = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": os.urandom(32)}
other = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": os.urandom(32)}
source = {f"CopySource{name}": value for name, value in customer.items()}
stored = s3.put_object(Bucket=bucket, Key="customer's", Body=b"closed", **customer)
assert stored["SSECustomerAlgorithm"] == "AES256" and "ServerSideEncryption" not in stored, stored
assert s3.get_object(Bucket=bucket, Key="customer's", **customer)["Body"].read() == b"closed"
assert code_of(lambda: s3.get_object(Bucket=bucket, Key="customer's")) == "InvalidRequest"
assert code_of(lambda: s3.get_object(Bucket=bucket, Key="customer's", **other)) == "AccessDenied"
assert code_of(lambda: s3.head_object(Bucket=bucket, Key="customer's")) == "400"
assert code_of(lambda: s3.head_object(Bucket=bucket, Key="customer's", **other)) == "403"
place = {"Bucket": bucket, "Key": "customer's"}
s3.copy(place, bucket, "another's", ExtraArgs={**source, **other}, SourceClient=s3)
assert s3.get_object(Bucket=bucket, Key="another's", **other)["Body"].read() == b"closed"
parts = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=6 * 1024 * 1024)
s3.upload_fileobj(io.BytesIO(body), bucket, "customer's parts", ExtraArgs=customer, Config=parts)
into = io.BytesIO()
s3.download_fileobj(bucket, "customer's parts", into, ExtraArgs=customer, Config=parts)
assert hashlib.sha256(into.getvalue()).digest() == hashlib.sha256(body).digest()
s3.copy({"Bucket": bucket, "Key": "customer's parts"}, bucket, "opened", ExtraArgs=source, Config=parts)
assert s3.head_object(Bucket=bucket, Key="opened")["ContentLength"] == len(body)
blocked = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}
s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [blocked]})
assert code_of(lambda: s3.put_object(Bucket=bucket, Key="customer's", Body=b"", **customer)) == "AccessDenied"

# A key of KMS, a bucket key above the object's, and an encryption context.
kms_key = client("kms").create_key()["KeyMetadata"]["Arn"]
by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": kms_key}
rule = {"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": True}
s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
told = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
assert told == [{**rule, "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}}], told
stored = s3.put_object(Bucket=bucket, Key="sealed", Body=b"sealed")
assert (stored["BucketKeyEnabled"], stored["SSEKMSKeyId"]) == (True, kms_key), stored
s3.upload_fileobj(io.BytesIO(body), bucket, "sealed parts", Config=parts)
assert s3.head_object(Bucket=bucket, Key="sealed parts")["BucketKeyEnabled"] is True
context = base64.b64encode(json.dumps({"team": "risk"}).encode()).decode()
under = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key, "BucketKeyEnabled": False}
stored = s3.put_object(Bucket=bucket, Key="sealed", Body=b"of risk", SSEKMSEncryptionContext=context, **under)
assert json.loads(base64.b64decode(stored["SSEKMSEncryptionContext"])) == {"team": "risk"}, stored
assert "BucketKeyEnabled" not in stored, stored
assert s3.get_object(Bucket=bucket, Key="sealed")["Body"].read() == b"of risk"
assert code_of(lambda: s3.put_object(Bucket=bucket, Key="x", SSEKMSEncryptionContext="{}", **under)) == "InvalidArgument"
s3.delete_bucket_encryption(Bucket=bucket)

assert code_of(lambda: s3.get_object(Bucket=bucket, Key="never")) == "NoSuchKey"
assert code_of(lambda: s3.head_object(Bucket=bucket, Key="never")) == "404"
assert code_of(lambda: s3.get_object(Bucket="no-such-bucket-here", Key="x")) == "NoSuchBucket"
assert code_of(lambda: s3.delete_bucket(Bucket=bucket)) == "BucketNotEmpty"
for left in s3.list_object_versions(Bucket=bucket)["Versions"]:
    s3.delete_object(Bucket=bucket, Key=left["Key"], VersionId=left["VersionId"])
s3.delete_bucket(Bucket=bucket)
