from client import client, code_of

kms = client("kms")
key = kms.create_key(Description="boto", Tags=[{"TagKey": "team", "TagValue": "credit"}])["KeyMetadata"]
assert key["KeyState"] == "Enabled" and key["Enabled"] is True and key["CreationDate"].tzinfo is not None
kms.create_alias(AliasName="alias/boto", TargetKeyId=key["KeyId"])
assert kms.describe_key(KeyId="alias/boto")["KeyMetadata"]["Arn"] == key["Arn"]

sealed = kms.encrypt(KeyId="alias/boto", Plaintext=b"\x00secret\xff", EncryptionContext={"of": "boto"})
opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"of": "boto"})
assert opened["Plaintext"] == b"\x00secret\xff" and opened["KeyId"] == key["Arn"]
assert code_of(lambda: kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"])) == "InvalidCiphertextException"
data = kms.generate_data_key(KeyId="alias/boto", KeySpec="AES_256")
assert len(data["Plaintext"]) == 32
assert kms.decrypt(CiphertextBlob=data["CiphertextBlob"])["Plaintext"] == data["Plaintext"]

kms.disable_key(KeyId=key["KeyId"])
assert code_of(lambda: kms.encrypt(KeyId="alias/boto", Plaintext=b"x")) == "DisabledException"
kms.enable_key(KeyId=key["KeyId"])
try:
    kms.describe_key(KeyId="alias/none")
    raise AssertionError("described a key that is not there")
except kms.exceptions.NotFoundException as error:
    assert 400 <= error.response["ResponseMetadata"]["HTTPStatusCode"] < 500
assert "alias/boto" in [found["AliasName"] for page in kms.get_paginator("list_aliases").paginate() for found in page["Aliases"]]
assert len([found for page in kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1}) for found in page["Keys"]]) >= 1
