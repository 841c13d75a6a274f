import { flag, text } from "@strongroom/wire";

/** Names of jobs, models, endpoints: 63 characters. */
export const name63 = text({ min: 1, max: 63, pattern: /[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}/ });
/** Names of experiments, trials and components: 120 characters. */
export const name120 = text({ min: 1, max: 120, pattern: /[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}/ });

export const roleArn = text({
  min: 20,
  max: 2048,
  pattern: /arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+/,
});
export const s3Uri = text({ max: 1024, pattern: /(https|s3):\/\/([^/]+)\/?(.*)/s });
export const kmsKeyId = text({ max: 2048, pattern: /[a-zA-Z0-9:/_-]*/ });
export const imageUri = text({ max: 255, pattern: /[^\s]+/ });
export const variableValue = text({ max: 512, pattern: /[\s\S]*/ });
export const variableName = text({ max: 512, pattern: /[a-zA-Z_][a-zA-Z0-9_]*/ });
export const networkId = text({ max: 32, pattern: /[-0-9a-zA-Z]+/ });
const tagText = /([\p{L}\p{Z}\p{N}_.:/=+\-@]*)/u;
export const tagKey = text({ min: 1, max: 128, pattern: tagText });
export const tagMembers = { Key: tagKey, Value: text({ max: 256, pattern: tagText }) };
export const experimentConfig = {
  ExperimentName: name120,
  TrialName: name120,
  TrialComponentDisplayName: name120,
};
/** AppManaged inputs and outputs belong to other services. */
export const notAppManaged = flag({ only: false });
