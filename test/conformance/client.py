"""Clients as every user makes them: endpoint, CA, region and credentials come from the environment."""
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"total_max_attempts": 1}, signature_version="v4")


def client(name, **given):
    if name == "s3":
        config = Config(retries={"total_max_attempts": 1}, signature_version="s3v4")
    else:
        config = CONFIG
    return boto3.client(name, config=config, **given)


def code_of(call):
    """The code of the ClientError that a call ends with."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    raise AssertionError("the call was expected to be refused")
