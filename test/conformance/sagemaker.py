from client import client, code_of

sagemaker = client("sagemaker")
experiment = sagemaker.create_experiment(ExperimentName="boto-experiment", Description="an experiment")
sagemaker.create_trial(TrialName="boto-trial", ExperimentName="boto-experiment")
sagemaker.create_trial_component(
    TrialComponentName="boto-component",
    Parameters={"eta": {"NumberValue": 0.5}, "objective": {"StringValue": "binary:logistic"}},
)
sagemaker.associate_trial_component(TrialComponentName="boto-component", TrialName="boto-trial")
described = sagemaker.describe_trial_component(TrialComponentName="boto-component")
assert described["Parameters"] == {"eta": {"NumberValue": 0.5}, "objective": {"StringValue": "binary:logistic"}}
assert sagemaker.describe_experiment(ExperimentName="boto-experiment")["ExperimentArn"] == experiment["ExperimentArn"]
found = sagemaker.search(
    Resource="ExperimentTrialComponent",
    SearchExpression={"Filters": [{"Name": "Parents.TrialName", "Operator": "Equals", "Value": "boto-trial"}]},
)["Results"]
assert [one["TrialComponent"]["TrialComponentName"] for one in found] == ["boto-component"]
assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []
assert code_of(lambda: sagemaker.describe_training_job(TrainingJobName="none")) in ("ResourceNotFound", "ValidationException")
assert code_of(lambda: sagemaker.describe_endpoint(EndpointName="none")) == "ValidationException"
# Not served here: named, and never taken for something else.
assert code_of(lambda: sagemaker.list_domains()) not in ("InternalFailure", "404")
assert code_of(lambda: client("sagemaker-runtime").invoke_endpoint(EndpointName="none", Body=b"1,2")) == "ValidationError"
