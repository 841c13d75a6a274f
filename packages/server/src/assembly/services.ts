import { cloudtrail } from "../apis/cloudtrail/index.ts";
import { codecommit } from "../apis/codecommit/index.ts";
import { ec2 } from "../apis/ec2/index.ts";
import { events } from "../apis/events/index.ts";
import { iam } from "../apis/iam/index.ts";
import { kms } from "../apis/kms/index.ts";
import { cloudwatchLogs } from "../apis/logs/index.ts";
import type { ServerService } from "../apis/operation.ts";
import { organizations } from "../apis/organizations/index.ts";
import { s3 } from "../apis/s3/index.ts";
import { sagemakerRuntime } from "../apis/sagemaker-runtime/index.ts";
import { sagemaker } from "../apis/sagemaker/index.ts";
import { strongroom } from "../apis/strongroom/index.ts";
import { sts } from "../apis/sts/index.ts";
import type { Foundations } from "../foundations.ts";
import type { Compute } from "./compute.ts";

/** Every service that is served, with the faces that its operations ask for. */
export function assembleServices(house: Foundations, compute: Compute): ServerService[] {
  return [
    sts(house.access),
    iam(house.access),
    organizations(house.access),
    kms(house.encryption),
    s3(house.s3),
    ec2(compute.networks),
    cloudtrail(house),
    events({ rules: house.detection.rules, access: house.access }),
    cloudwatchLogs(compute),
    sagemaker(compute),
    sagemakerRuntime(compute, house.config.region),
    codecommit(house),
    strongroom({ trail: house.trail, access: house.access, s3: house.s3, ...compute }),
  ];
}
