import {
  document,
  inNetwork,
  onKnownInstances,
  ownArns,
  passExecutionRoles,
  readIntake,
  readLogs,
  readObjects,
  runJobs,
  taggedAtCreation,
  useKey,
  workOnCode,
  writeObjects,
  type ProjectPlace,
  type Statement,
} from "./statements.ts";

/** What a job may do: read the intake and the project's objects, write its results, under the project's key. */
export function executionPolicy(place: ProjectPlace): string {
  const { dataBucket, artifactsBucket } = place.names;
  return document([
    readIntake(place),
    readObjects([dataBucket, artifactsBucket]),
    writeObjects([dataBucket, artifactsBucket]),
    useKey(place),
  ]);
}

/** ② jobs, experiments, code and data; neither models and endpoints, nor anything of the project itself. */
export function dataScientistPolicy(place: ProjectPlace): string {
  const { dataBucket, artifactsBucket } = place.names;
  return document([
    readIntake(place),
    readObjects([dataBucket, artifactsBucket]),
    writeObjects([dataBucket, artifactsBucket]),
    useKey(place),
    readLogs(place),
    ...runJobs(place),
    ...experiments(place),
    workOnCode(place),
    passExecutionRoles(place),
  ]);
}

/** ② models, endpoints, monitoring and the jobs of pipelines; the data they train on is read, not written. */
export function dataScienceAdministratorPolicy(place: ProjectPlace): string {
  const { dataBucket, artifactsBucket } = place.names;
  return document([
    readObjects([dataBucket, artifactsBucket]),
    writeObjects([artifactsBucket]),
    useKey(place),
    readLogs(place),
    ...runJobs(place),
    ...deployment(place),
    workOnCode(place),
    passExecutionRoles(place),
  ]);
}

function experiments(place: ProjectPlace): Statement[] {
  return [
    {
      Sid: "BeginExperiments",
      Effect: "Allow",
      Action: ["sagemaker:CreateExperiment", "sagemaker:CreateTrial", "sagemaker:CreateTrialComponent"],
      Resource: ownArns(place),
      Condition: taggedAtCreation(place),
    },
    {
      Sid: "TraceExperiments",
      Effect: "Allow",
      Action: [
        "sagemaker:UpdateTrialComponent",
        "sagemaker:AssociateTrialComponent",
        "sagemaker:DisassociateTrialComponent",
        "sagemaker:DeleteExperiment",
        "sagemaker:DeleteTrial",
        "sagemaker:DeleteTrialComponent",
      ],
      Resource: ownArns(place),
    },
  ];
}

function deployment(place: ProjectPlace): Statement[] {
  const tagged = taggedAtCreation(place);
  const known = onKnownInstances(place.keyArn);
  return [
    {
      Sid: "MakeModelsInTheNetwork",
      Effect: "Allow",
      Action: ["sagemaker:CreateModel"],
      Resource: ownArns(place),
      Condition: { ...inNetwork(place), ...tagged },
    },
    {
      Sid: "ConfigureEndpointsUnderTheKey",
      Effect: "Allow",
      Action: ["sagemaker:CreateEndpointConfig"],
      Resource: ownArns(place),
      Condition: { ...known, StringEquals: { ...known["StringEquals"], ...tagged["StringEquals"] } },
    },
    {
      Sid: "OpenEndpoints",
      Effect: "Allow",
      Action: ["sagemaker:CreateEndpoint"],
      Resource: ownArns(place),
      Condition: tagged,
    },
    {
      Sid: "UseAndCloseEndpoints",
      Effect: "Allow",
      Action: [
        "sagemaker:InvokeEndpoint",
        "sagemaker:DeleteEndpoint",
        "sagemaker:DeleteEndpointConfig",
        "sagemaker:DeleteModel",
      ],
      Resource: ownArns(place),
    },
  ];
}
