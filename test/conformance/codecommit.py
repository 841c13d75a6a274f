from client import client, code_of

codecommit = client("codecommit")
name = "boto"
codecommit.create_repository(repositoryName=name)
at = {"repositoryName": name, "branchName": "main"}
files = [{"filePath": f"data/{n}.csv", "fileContent": b"\x00\xff"} for n in range(5)]
first = codecommit.create_commit(**at, putFiles=files, authorName="Ada", email="ada@example.com")
assert [file["absolutePath"] for file in first["filesAdded"]] == [file["filePath"] for file in files]
second = codecommit.put_file(**at, filePath="train.py", fileContent=b"print()", parentCommitId=first["commitId"])
assert code_of(lambda: codecommit.put_file(**at, filePath="x", fileContent=b"x", parentCommitId=first["commitId"])) == "ParentCommitIdOutdatedException"

pages = codecommit.get_paginator("get_differences").paginate(
    repositoryName=name, afterCommitSpecifier="main", PaginationConfig={"PageSize": 2}
)
changes = [(change["changeType"], change["afterBlob"]["path"]) for page in pages for change in page["differences"]]
assert changes == [("A", file["filePath"]) for file in files] + [("A", "train.py")], changes
between = codecommit.get_differences(repositoryName=name, beforeCommitSpecifier=first["commitId"], afterCommitSpecifier="main")
assert [change["afterBlob"]["blobId"] for change in between["differences"]] == [second["blobId"]]
assert codecommit.get_file(repositoryName=name, filePath="data/0.csv")["fileContent"] == b"\x00\xff"
assert codecommit.get_blob(repositoryName=name, blobId=second["blobId"])["content"] == b"print()"

codecommit.create_branch(repositoryName=name, branchName="feature", commitId=first["commitId"])
merge = {"repositoryName": name, "sourceCommitSpecifier": "main", "destinationCommitSpecifier": "feature"}
assert "FAST_FORWARD_MERGE" in codecommit.get_merge_options(**merge)["mergeOptions"]
assert codecommit.merge_branches_by_fast_forward(**merge)["commitId"] == second["commitId"]
assert code_of(lambda: codecommit.delete_branch(repositoryName=name, branchName="main")) == "DefaultBranchCannotBeDeletedException"
assert codecommit.delete_branch(repositoryName=name, branchName="feature")["deletedBranch"]["commitId"] == second["commitId"]
codecommit.delete_repository(repositoryName=name)
