import hashlib
import io
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from client import CONFIG

# As many connections as there are threads: others are closed as soon as their answer is read.
s3 = boto3.client("s3", config=CONFIG.merge(Config(signature_version="s3v4", max_pool_connections=32)))
bucket = os.environ["TEST_BUCKET"]
mebibyte = 1024 * 1024
config = TransferConfig(
    multipart_threshold=5 * mebibyte, multipart_chunksize=5 * mebibyte, max_concurrency=16, io_chunksize=64 * 1024
)
body = os.urandom(47 * mebibyte + 12_345)
digest = hashlib.sha256(body).hexdigest()


def downloaded(key):
    into = io.BytesIO()
    s3.download_fileobj(bucket, key, into, Config=config)
    return hashlib.sha256(into.getvalue()).hexdigest()


# Ten parts, several at once, with a checksum over each.
for algorithm in ["CRC32", "SHA256"]:
    key = f"large-{algorithm}"
    sent = []
    lock = threading.Lock()

    def told(count):
        with lock:
            sent.append(count)

    s3.upload_fileobj(
        io.BytesIO(body), bucket, key, Config=config, Callback=told, ExtraArgs={"ChecksumAlgorithm": algorithm}
    )
    assert sum(sent) == len(body), sum(sent)
    head = s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    assert head["ContentLength"] == len(body) and head["ETag"].endswith('-10"'), head
    assert head[f"Checksum{algorithm}"].endswith("-10"), head
    assert downloaded(key) == digest, key

# Parts that are read by their numbers are the object.
parts = b""
for number in range(1, 11):
    part = s3.get_object(Bucket=bucket, Key="large-CRC32", PartNumber=number)
    assert part["PartsCount"] == 10
    parts += part["Body"].read()
assert hashlib.sha256(parts).hexdigest() == digest

# Ranges that cross the borders of parts and of frames, many at the same time.
starts = [index * len(body) // 40 + index for index in range(40)]


def ranged(start):
    end = min(start + 3 * mebibyte + 7, len(body)) - 1
    found = s3.get_object(Bucket=bucket, Key="large-SHA256", Range=f"bytes={start}-{end}")
    assert found["ContentRange"] == f"bytes {start}-{end}/{len(body)}", found["ContentRange"]
    assert found["Body"].read() == body[start : end + 1], start


with ThreadPoolExecutor(16) as pool:
    list(pool.map(ranged, starts))

# A copy in parts, made by the client's own manager, onto another key and onto itself.
s3.copy({"Bucket": bucket, "Key": "large-CRC32"}, bucket, "copied", Config=config)
assert s3.head_object(Bucket=bucket, Key="copied")["ETag"].endswith('-10"')
assert downloaded("copied") == digest

# Many small files at once.
small = {f"small/{number:04}": os.urandom(number * 37) for number in range(200)}
with ThreadPoolExecutor(16) as pool:
    list(pool.map(lambda item: s3.upload_fileobj(io.BytesIO(item[1]), bucket, item[0], Config=config), small.items()))
with ThreadPoolExecutor(16) as pool:
    found = dict(zip(small, pool.map(lambda key: s3.get_object(Bucket=bucket, Key=key)["Body"].read(), small)))
assert found == small
