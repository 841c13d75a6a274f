/**
 * The images of this environment: what runs inside of a sandbox, and a description of each.
 *
 * Promise: `imagesOf` names every file of this machine that an image is made of, beside the system's own /usr, so that
 * they can be bound read-only and a digest be taken over them. The programs themselves (xgboost/, analyzer/, clarify/)
 * read and write /opt/ml and a temporary folder, and speak to nobody.
 *
 * It must not start anything, and the programs must not import anything of the server.
 */
export { imagesOf, inside, type ImageBind, type ImageDefinition, type Places } from "./definitions.ts";
