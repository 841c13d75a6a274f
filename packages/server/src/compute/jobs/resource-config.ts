import type { JobPlan } from "./job-plan.ts";

/**
 * resourceconfig.json, from which a container learns which host it is and who the others are:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
 */
export function resourceConfigOf({ instanceType }: JobPlan, current: string, hosts: readonly string[]): object {
  return {
    current_host: current,
    current_instance_type: instanceType,
    current_group_name: "homogeneousCluster",
    hosts,
    instance_groups: [{ instance_group_name: "homogeneousCluster", instance_type: instanceType, hosts }],
    network_interface_name: "eth0",
  };
}
