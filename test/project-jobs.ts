import type { CreateModelInput, CreateProcessingJobRequest, CreateTrainingJobRequest } from "@aws-sdk/client-sagemaker";
import type { Project } from "../packages/cli/src/project/project.ts";

/** Requests that hold in a project: its network, its key, its tag. What they run fails soon, for want of data. */
export const tagsOf = ({ names }: Project) => [{ Key: "strongroom:project", Value: names.project }];

export const networkOf = ({ network }: Project) => ({
  Subnets: [network.subnetId],
  SecurityGroupIds: [network.securityGroupId],
});

export const resourcesOf = ({ keyArn }: Project) => ({
  InstanceCount: 1,
  InstanceType: "ml.m5.large" as const,
  VolumeSizeInGB: 1,
  VolumeKmsKeyId: keyArn,
});

export function trainingOf(
  project: Project,
  name: string,
  role = project.roleArns.execution,
): CreateTrainingJobRequest {
  return {
    TrainingJobName: name,
    RoleArn: role,
    AlgorithmSpecification: { TrainingImage: "sagemaker-xgboost:1.7-1", TrainingInputMode: "File" },
    OutputDataConfig: { S3OutputPath: `s3://${project.names.artifactsBucket}/models`, KmsKeyId: project.keyArn },
    ResourceConfig: resourcesOf(project),
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
    VpcConfig: networkOf(project),
    Tags: tagsOf(project),
  };
}

export function processingOf(project: Project, name: string, role: string): CreateProcessingJobRequest {
  return {
    ProcessingJobName: name,
    RoleArn: role,
    AppSpecification: { ImageUri: "strongroom-workbench:1" },
    ProcessingOutputConfig: { KmsKeyId: project.keyArn, Outputs: [] },
    ProcessingResources: { ClusterConfig: resourcesOf(project) },
    NetworkConfig: { VpcConfig: networkOf(project) },
    Tags: tagsOf(project),
  };
}

export function modelOf(project: Project, name: string, role = project.roleArns.execution): CreateModelInput {
  return {
    ModelName: name,
    ExecutionRoleArn: role,
    PrimaryContainer: {
      Image: "sagemaker-xgboost:1.7-1",
      ModelDataUrl: `s3://${project.names.artifactsBucket}/model.tar.gz`,
    },
    VpcConfig: networkOf(project),
    Tags: tagsOf(project),
  };
}
