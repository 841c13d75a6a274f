import { parse, resetSVGDefIds, type Spec, View } from "vega";

/** The look that all pictures share. */
export const look = {
  font: "Inter, Helvetica Neue, Helvetica, Arial, sans-serif",
  ink: "#1f2933",
  quiet: "#66727f",
  line: "#dfe4ea",
  low: "#1e88e5",
  middle: "#8f6bb8",
  high: "#e5214f",
  missing: "#b0b8c1",
} as const;

/** Draws a picture without a screen. @returns an SVG document */
export async function draw(spec: Spec): Promise<string> {
  const view = new View(parse({ $schema: "https://vega.github.io/schema/vega/v6.json", ...spec, config }), {
    renderer: "none",
  });
  try {
    await view.runAsync();
    // Names of gradients are counted through the process; a picture is not to depend on those drawn before it.
    resetSVGDefIds();
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

const config = {
  background: "white",
  title: {
    font: look.font,
    fontSize: 17,
    fontWeight: 600,
    color: look.ink,
    subtitleFont: look.font,
    subtitleFontSize: 12,
    subtitleColor: look.quiet,
    subtitlePadding: 6,
    anchor: "start",
    frame: "group",
    offset: 18,
  },
  axis: {
    labelFont: look.font,
    labelFontSize: 12,
    labelColor: look.ink,
    titleFont: look.font,
    titleFontSize: 12,
    titleFontWeight: 500,
    titleColor: look.quiet,
    titlePadding: 10,
    domain: false,
    ticks: false,
    gridColor: look.line,
    // Without a canvas the width of a text is estimated, and generously: names are cut by characters instead.
    labelLimit: 420,
    labelPadding: 8,
  },
  legend: {
    labelFont: look.font,
    labelFontSize: 11,
    labelColor: look.quiet,
    labelOffset: 6,
    titleFont: look.font,
    titleFontSize: 12,
    titleFontWeight: 500,
    titleColor: look.quiet,
  },
  text: { font: look.font, fontSize: 12, fill: look.ink },
} as const;

/** A number for a person: three significant digits, without an exponent where it can be avoided. */
export function shortNumber(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(1);
  if (size >= 1000) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}

/** The same with a sign and always the same number of decimals, so that a column of them lines up. */
export function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

function shortened(name: string, characters = 32): string {
  return name.length <= characters ? name : `${name.slice(0, characters - 1)}…`;
}

/** Names that a scale can tell apart: shortened, with a number where two would be the same. */
export function labelsOf(names: readonly string[], characters?: number): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const label = shortened(name, characters);
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return count === 1 ? label : `${label} (${count})`;
  });
}
