/**
 * Amazon SageMaker: training and processing jobs, models, endpoints, experiments, tags.
 *
 * Gaps: everything else answers a named error. Of what is served, refused by name: managed spot training and
 * checkpoints, more than one instance or variant, Pipe and FastFile, manifest files and compressed channels,
 * Continuous uploads, file systems, debugger and profiler, retries, pipelines of containers, multi-model,
 * serverless and asynchronous endpoints, UpdateEndpoint. Search is there for trial components.
 *
 * By design: a request is refused before it is queued where its image, its role, its instance type or its
 * experiment is not there. Condition keys are present when the request has the member, as on AWS: policies
 * ask with Null for what must be there. Keys stand in them by their ARN, however the request names them, and the
 * key that was decided on is the one that is used. The right to pass a role is decided when a job or a model is
 * created and again when the job or the endpoint starts, by the policies of then. Search tells visibility
 * conditions to policies, and applies them.
 *
 * Client quirks: things that are not there answer ValidationException with "Could not find …" where SageMaker
 * does so, since the Python SDK reads that text; experiments answer ResourceNotFound.
 */
import * as client from "@aws-sdk/client-sagemaker";
import { awsServices, service } from "@strongroom/wire";
import type { Endpoints, Jobs, ResourceTags } from "../../compute/index.ts";
import type { Experiments } from "../../reproduction/index.ts";
import type { ServerService } from "../operation.ts";
import { createEndpointConfig } from "./endpoint-config/create-endpoint-config.ts";
import { deleteEndpointConfig } from "./endpoint-config/delete-endpoint-config.ts";
import { describeEndpointConfig } from "./endpoint-config/describe-endpoint-config.ts";
import { listEndpointConfigs } from "./endpoint-config/list-endpoint-configs.ts";
import { createEndpoint } from "./endpoint/create-endpoint.ts";
import { deleteEndpoint } from "./endpoint/delete-endpoint.ts";
import { describeEndpoint } from "./endpoint/describe-endpoint.ts";
import { listEndpoints } from "./endpoint/list-endpoints.ts";
import { createExperiment } from "./experiment/create-experiment.ts";
import { deleteExperiment } from "./experiment/delete-experiment.ts";
import { describeExperiment } from "./experiment/describe-experiment.ts";
import { listExperiments } from "./experiment/list-experiments.ts";
import { createModel } from "./model/create-model.ts";
import { deleteModel } from "./model/delete-model.ts";
import { describeModel } from "./model/describe-model.ts";
import { listModels } from "./model/list-models.ts";
import { createProcessingJob } from "./processing-job/create-processing-job.ts";
import { describeProcessingJob } from "./processing-job/describe-processing-job.ts";
import { listProcessingJobs } from "./processing-job/list-processing-jobs.ts";
import { stopProcessingJob } from "./processing-job/stop-processing-job.ts";
import { search } from "./search/search.ts";
import { addTags } from "./tag/add-tags.ts";
import { deleteTags } from "./tag/delete-tags.ts";
import { listTags } from "./tag/list-tags.ts";
import { createTrainingJob } from "./training-job/create-training-job.ts";
import { describeTrainingJob } from "./training-job/describe-training-job.ts";
import { listTrainingJobs } from "./training-job/list-training-jobs.ts";
import { stopTrainingJob } from "./training-job/stop-training-job.ts";
import { associateTrialComponent } from "./trial-component/associate-trial-component.ts";
import { createTrialComponent } from "./trial-component/create-trial-component.ts";
import { deleteTrialComponent } from "./trial-component/delete-trial-component.ts";
import { describeTrialComponent } from "./trial-component/describe-trial-component.ts";
import { disassociateTrialComponent } from "./trial-component/disassociate-trial-component.ts";
import { listTrialComponents } from "./trial-component/list-trial-components.ts";
import { updateTrialComponent } from "./trial-component/update-trial-component.ts";
import { createTrial } from "./trial/create-trial.ts";
import { deleteTrial } from "./trial/delete-trial.ts";
import { describeTrial } from "./trial/describe-trial.ts";
import { listTrials } from "./trial/list-trials.ts";

export const sagemaker = (faces: {
  jobs: Jobs;
  endpoints: Endpoints;
  experiments: Experiments;
  resourceTags: ResourceTags;
}): ServerService => {
  const { jobs, endpoints, experiments, resourceTags } = faces;
  return service(awsServices.sagemaker, client, [
    createTrainingJob(jobs, experiments, resourceTags),
    describeTrainingJob(jobs),
    listTrainingJobs(jobs),
    stopTrainingJob(jobs),
    createProcessingJob(jobs, experiments, resourceTags),
    describeProcessingJob(jobs),
    listProcessingJobs(jobs),
    stopProcessingJob(jobs),
    createModel(endpoints, resourceTags),
    describeModel(endpoints),
    listModels(endpoints),
    deleteModel(endpoints, resourceTags),
    createEndpointConfig(endpoints, resourceTags),
    describeEndpointConfig(endpoints),
    listEndpointConfigs(endpoints),
    deleteEndpointConfig(endpoints, resourceTags),
    createEndpoint(endpoints, resourceTags),
    describeEndpoint(endpoints),
    listEndpoints(endpoints),
    deleteEndpoint(endpoints, resourceTags),
    createExperiment(experiments, resourceTags),
    describeExperiment(experiments),
    listExperiments(experiments),
    deleteExperiment(experiments, resourceTags),
    createTrial(experiments, resourceTags),
    describeTrial(experiments),
    listTrials(experiments),
    deleteTrial(experiments, resourceTags),
    createTrialComponent(experiments, resourceTags),
    updateTrialComponent(experiments),
    describeTrialComponent(experiments),
    listTrialComponents(experiments),
    deleteTrialComponent(experiments, resourceTags),
    associateTrialComponent(experiments),
    disassociateTrialComponent(experiments),
    search(experiments, resourceTags),
    addTags({ jobs, endpoints, experiments }, resourceTags),
    listTags({ jobs, endpoints, experiments }, resourceTags),
    deleteTags({ jobs, endpoints, experiments }, resourceTags),
  ]);
};
