import type { CreateProcessingJobRequest } from "@aws-sdk/client-sagemaker";
import { scriptRequest, type Room } from "../sagemaker/room.ts";

/** The longest value of a variable that SageMaker takes. */
const variableCharactersMax = 512;

/** Text in as many variables as it needs, and how a shell puts them together again. */
function inPieces(name: string, text: string): { readonly variables: Record<string, string>; readonly joined: string } {
  const count = Math.ceil(text.length / variableCharactersMax);
  const names = Array.from({ length: count }, (_, place) => `${name}_${place}`);
  const pieces = names.map((piece, place) => {
    return [piece, text.slice(place * variableCharactersMax, (place + 1) * variableCharactersMax)] as const;
  });
  return { variables: Object.fromEntries(pieces), joined: names.map((piece) => `\${${piece}}`).join("") };
}

/** A program for Node with AWS's clients, in the workbench's image and the room's network. */
export function nodeRequest(room: Room, name: string, program: string): CreateProcessingJobRequest {
  const { variables, joined } = inPieces("PROGRAM", program);
  const run = `cd /opt/strongroom && exec node --input-type=module --eval "${joined}"`;
  const request = scriptRequest(room, name, run);
  return { ...request, Environment: { ...request.Environment, ...variables } };
}
