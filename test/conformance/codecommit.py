import json
from base64 import b64decode
from client import client, code_of

codecommit = client("codecommit")
account = client("sts").get_caller_identity()["Account"]


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def reviewer(user, role):
    """CodeCommit for a session of a new role, which a new user begins."""
    iam = client("iam")
    iam.create_user(UserName=user)
    iam.put_user_policy(UserName=user, PolicyName="assume", PolicyDocument=policy(Action="sts:AssumeRole", Resource="*"))
    key = iam.create_access_key(UserName=user)["AccessKey"]
    trust = policy(Principal={"AWS": f"arn:aws:iam::{account}:root"}, Action="sts:AssumeRole")
    arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=role, PolicyName="review", PolicyDocument=policy(Action="codecommit:*", Resource="*"))
    own = dict(aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    given = client("sts", **own).assume_role(RoleArn=arn, RoleSessionName=user)["Credentials"]
    return client("codecommit", aws_access_key_id=given["AccessKeyId"],
                  aws_secret_access_key=given["SecretAccessKey"], aws_session_token=given["SessionToken"])


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

# A pull request's whole life: conflicts, rules, approval by somebody else, and the merge.
def put(branch, parent, path, content):
    sent = {"repositoryName": name, "branchName": branch, "filePath": path, "fileContent": content}
    return codecommit.put_file(**sent, **({"parentCommitId": parent} if parent else {}))["commitId"]

def branch(called, at):
    codecommit.create_branch(repositoryName=name, branchName=called, commitId=at)
    return called

base = second["commitId"]
put(branch("fast", base), base, "train.py", b"print('fast')")
put("main", base, "train.py", b"print('main')")
sides = {"repositoryName": name, "sourceCommitSpecifier": "fast", "destinationCommitSpecifier": "main"}
conflicts = codecommit.get_merge_conflicts(**sides, mergeOption="THREE_WAY_MERGE")
assert not conflicts["mergeable"]
assert [one["filePath"] for one in conflicts["conflictMetadataList"]] == ["train.py"]
told = codecommit.describe_merge_conflicts(**sides, mergeOption="SQUASH_MERGE", filePath="train.py", conflictDetailLevel="LINE_LEVEL")
assert told["conflictMetadata"]["mergeOperations"] == {"source": "M", "destination": "M"}
assert b64decode(told["mergeHunks"][0]["source"]["hunkContent"]) == b"print('fast')"
assert codecommit.batch_describe_merge_conflicts(**sides, mergeOption="SQUASH_MERGE")["errors"] == []

content = json.dumps({"Version": "2018-11-08", "DestinationReferences": ["refs/heads/main"], "Statements": [
    {"Type": "Approvers", "NumberOfApprovalsNeeded": 1, "ApprovalPoolMembers": [f"arn:aws:sts::{account}:assumed-role/Reviewers/*"]}]})
template = {"approvalRuleTemplateName": "one reviewer"}
codecommit.create_approval_rule_template(**template, approvalRuleTemplateContent=content)
codecommit.associate_approval_rule_template_with_repository(**template, repositoryName=name)
assert codecommit.list_repositories_for_approval_rule_template(**template)["repositoryNames"] == [name]

target = {"repositoryName": name, "sourceReference": "fast", "destinationReference": "main"}
made = codecommit.create_pull_request(title="Faster", description="By half", targets=[target])["pullRequest"]
one = {"pullRequestId": made["pullRequestId"]}
assert [rule["originApprovalRuleTemplate"]["approvalRuleTemplateName"] for rule in made["approvalRules"]] == ["one reviewer"]
pages = codecommit.get_paginator("list_pull_requests").paginate(repositoryName=name, pullRequestStatus="OPEN")
assert [id for page in pages for id in page["pullRequestIds"]] == [made["pullRequestId"]]
comment = codecommit.post_comment_for_pull_request(
    **one, repositoryName=name, beforeCommitId=made["pullRequestTargets"][0]["destinationCommit"],
    afterCommitId=made["pullRequestTargets"][0]["sourceCommit"], content="Is it?",
    location={"filePath": "train.py", "filePosition": 1, "relativeFileVersion": "AFTER"},
)["comment"]
codecommit.post_comment_reply(inReplyTo=comment["commentId"], content="It is")
codecommit.put_comment_reaction(commentId=comment["commentId"], reactionValue=":thumbsup:")
threads = codecommit.get_comments_for_pull_request(**one)["commentsForPullRequestData"]
assert [said["content"] for said in threads[0]["comments"]] == ["Is it?", "It is"]

merge = dict(one, repositoryName=name, conflictResolutionStrategy="AUTOMERGE", conflictResolution={"replaceContents": [
    {"filePath": "train.py", "replacementType": "USE_NEW_CONTENT", "content": b"print('both')"}]})
assert code_of(lambda: codecommit.merge_pull_request_by_three_way(**merge)) == "PullRequestApprovalRulesNotSatisfiedException"
revision = dict(one, revisionId=made["revisionId"])
assert code_of(lambda: codecommit.update_pull_request_approval_state(**revision, approvalState="APPROVE")) == "PullRequestCannotBeApprovedByAuthorException"
reviewer("boto-reviewer", "Reviewers").update_pull_request_approval_state(**revision, approvalState="APPROVE")
evaluation = codecommit.evaluate_pull_request_approval_rules(**revision)["evaluation"]
assert evaluation["approved"] and evaluation["approvalRulesSatisfied"] == ["one reviewer"], evaluation
merged = codecommit.merge_pull_request_by_three_way(**merge)["pullRequest"]
assert merged["pullRequestStatus"] == "CLOSED"
assert merged["pullRequestTargets"][0]["mergeMetadata"]["mergeOption"] == "THREE_WAY_MERGE"
assert codecommit.get_file(repositoryName=name, filePath="train.py")["fileContent"] == b"print('both')"
events = codecommit.get_paginator("describe_pull_request_events").paginate(**one)
assert [event["pullRequestEventType"] for page in events for event in page["pullRequestEvents"]] == [
    "PULL_REQUEST_CREATED", "PULL_REQUEST_APPROVAL_RULE_CREATED", "PULL_REQUEST_APPROVAL_STATE_CHANGED",
    "PULL_REQUEST_MERGE_STATE_CHANGED", "PULL_REQUEST_STATUS_CHANGED"]
codecommit.disassociate_approval_rule_template_from_repository(**template, repositoryName=name)
codecommit.delete_approval_rule_template(**template)
codecommit.delete_repository(repositoryName=name)
