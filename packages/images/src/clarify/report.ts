import { look, shortNumber } from "./drawing.ts";
import type { Explanation } from "./tree-shap.ts";

/** One page with the pictures in it, to be opened from wherever it lies: it fetches nothing. */
export function reportHtml(x: {
  readonly title: string;
  readonly explanation: Explanation;
  readonly modelSha256: string;
  readonly order: readonly number[];
  readonly global: readonly number[];
  readonly pictures: readonly { readonly alt: string; readonly svg: string }[];
}): string {
  const { explanation } = x;
  const facts: readonly (readonly [string, string])[] = [
    ["Records", explanation.rows.toLocaleString("en-US")],
    ["Features", String(explanation.names.length)],
    ["Model", `XGBoost, ${explanation.model.trees} trees, ${explanation.model.objective}`],
    ["Model's SHA-256", x.modelSha256],
    ["Answer on average (margin)", shortNumber(explanation.expectedValue)],
    ["SHAP values miss the margins by at most", explanation.additivityError.toExponential(1)],
  ];
  const rows = x.order.map(
    (feature) => [explanation.names[feature] ?? "", shortNumber(x.global[feature] ?? 0)] as const,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(x.title)}</title>
<style>
body { font: 15px/1.55 ${look.font}; color: ${look.ink}; max-width: 980px; margin: 48px auto; padding: 0 24px; }
h1 { font-size: 28px; margin: 0 0 24px; }
h2 { font-size: 18px; margin: 48px 0 12px; }
table { border-collapse: collapse; }
td { padding: 5px 28px 5px 0; border-bottom: 1px solid ${look.line}; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { color: ${look.quiet}; white-space: nowrap; }
img { max-width: 100%; display: block; margin: 32px 0; }
p { color: ${look.quiet}; max-width: 70ch; }
</style>
</head>
<body>
<h1>${escaped(x.title)}</h1>
${table(facts)}
<h2>Pictures</h2>
<p>A SHAP value says how far a feature moved the model's answer for one record, in the margin before the link function
(log-odds for a logistic objective). The values of a record add up from the average to its answer. They are exact
(tree SHAP), not sampled.</p>
${x.pictures.map(({ alt, svg }) => `<img alt="${escaped(alt)}" src="data:image/svg+xml;base64,${base64(svg)}">`).join("\n")}
<h2>Features</h2>
${table(rows)}
</body>
</html>
`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  return `<table>${rows.map(([name, value]) => `<tr><td>${escaped(name)}</td><td>${escaped(value)}</td></tr>`).join("\n")}</table>`;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
