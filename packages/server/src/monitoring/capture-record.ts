import type { CaptureSettings, Exchange } from "./exchange.ts";

/** How captured bytes stand in a record. */
type CaptureEncoding = "CSV" | "JSON" | "BASE64";

/**
 * CSV and JSON as text where the configuration lists the content type, everything else in base64:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture.html
 */
function encodingOf(contentType: string | undefined, capture: CaptureSettings): CaptureEncoding {
  const bare = bareType(contentType);
  const { CsvContentTypes: csv = [], JsonContentTypes: json = [] } = capture.CaptureContentTypeHeader ?? {};
  const isListed = (types: readonly string[]): boolean => types.some((type) => bareType(type) === bare);
  if (isListed(csv)) return "CSV";
  return isListed(json) ? "JSON" : "BASE64";
}

function bareType(contentType: string | undefined): string {
  return (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** One line of a capture file, without its end. */
export function captureRecord(exchange: Exchange, capture: CaptureSettings, eventId: string, now: Date): string {
  const modes = new Set(capture.CaptureOptions.map((option) => option.CaptureMode));
  const takes = (mode: "Input" | "Output"): boolean => modes.has(mode) || modes.has("InputAndOutput");
  const side = (mode: "INPUT" | "OUTPUT", contentType: string | undefined, bytes: Uint8Array): object => {
    const encoding = encodingOf(contentType, capture);
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return {
      observedContentType: contentType ?? "application/octet-stream",
      mode,
      data: data.toString(encoding === "BASE64" ? "base64" : "utf8"),
      encoding,
    };
  };
  return JSON.stringify({
    captureData: {
      ...(takes("Input") ? { endpointInput: side("INPUT", exchange.inputContentType, exchange.input) } : {}),
      ...(takes("Output") ? { endpointOutput: side("OUTPUT", exchange.outputContentType, exchange.output) } : {}),
    },
    eventMetadata: {
      eventId,
      ...(exchange.customAttributes === undefined ? {} : { customAttributes: [exchange.customAttributes] }),
      ...(exchange.inferenceId === undefined ? {} : { inferenceId: exchange.inferenceId }),
      inferenceTime: `${now.toISOString().slice(0, 19)}Z`,
    },
    eventVersion: "0",
  });
}

/** `<endpoint>/<variant>/yyyy/mm/dd/hh/<MM-SS-mmm>-<uuid>.jsonl`, in UTC. */
export function captureFileName(endpoint: string, variant: string, time: Date, id: string): string {
  const [date = "", clock = ""] = time.toISOString().slice(0, 23).split("T");
  const [hour = "", minute = "", second = ""] = clock.split(":");
  const name = `${minute}-${second.replace(".", "-")}-${id}.jsonl`;
  return [endpoint, variant, ...date.split("-"), hour, name].join("/");
}
