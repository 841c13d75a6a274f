/* The other side of invoke-endpoint's comparison: plain Node over TLS, which answers what it is sent. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";

const [folder = "."] = process.argv.slice(2);
const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(folder, name)) as [string, string];
const subject = ["-subj", "/CN=echo", "-addext", "subjectAltName=IP:127.0.0.1"];
const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
execFileSync("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => response.end(Buffer.concat(parts)));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.stdout.write(`${address.port}\n`);
});
