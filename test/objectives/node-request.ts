import type { CreateProcessingJobRequest } from "@aws-sdk/client-sagemaker";
import { scriptRequest, type Room } from "../sagemaker/room.ts";

/** A program for Node with AWS's clients, in the workbench's image and the room's network. */
export function nodeRequest(room: Room, name: string, program: string): CreateProcessingJobRequest {
  const request = scriptRequest(room, name, 'cd /opt/strongroom && exec node --input-type=module --eval "$PROGRAM"');
  return { ...request, Environment: { ...request.Environment, PROGRAM: program } };
}
