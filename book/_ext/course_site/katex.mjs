// Draw many formulas in one process. In (stdin): {"katex": path of katex.mjs, "formulas": [{"tex", "display"}, …]}.
// Out (stdout): [{"html"} or {"error"}, …] in the same order.
import { readFileSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const job = JSON.parse(readFileSync(0, "utf8"));
const { default: katex } = await import(pathToFileURL(job.katex).href);
console.warn = () => {}; // Vietnamese letters in \text{} have no metrics in KaTeX's tables: harmless

// A Vietnamese letter outside \text{} is a mistake; KaTeX's other remarks are matters of taste.
const strict = (code) => (code === "unicodeTextInMathMode" ? "error" : "ignore");

const results = job.formulas.map(({ tex, display }) => {
  try {
    return { html: katex.renderToString(tex, { displayMode: display, throwOnError: true, trust: false, strict }) };
  } catch (error) {
    return { error: String(error.message ?? error).replace(/\u0332/g, "") };
  }
});

let out = Buffer.from(JSON.stringify(results));
while (out.length) {
  try {
    out = out.subarray(writeSync(1, out));
  } catch (error) {
    if (error.code !== "EAGAIN") throw error;
  }
}
