// Draw many formulas in one process. In (stdin): {"katex": path of katex.mjs, "names": {style: class}, "formulas":
// [{"tex", "display"}, …]}.
// Out (stdout): [{"html"} or {"error"}, …] in the same order.
import { readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const job = JSON.parse(readFileSync(0, "utf8"));
const { default: katex } = await import(pathToFileURL(job.katex).href);
console.warn = () => {}; // Vietnamese letters in \text{} have no metrics in KaTeX's tables: harmless

// A Vietnamese letter outside \text{} is a mistake; KaTeX's other remarks are matters of taste.
const strict = (code) => (code === "unicodeTextInMathMode" ? "error" : "ignore");

// Classes that mean something: those of KaTeX's style sheet, and \text, which course.css knows.
const sheet = readFileSync(join(dirname(job.katex), "katex.min.css"), "utf8").replace(/\{[^}]*\}/g, "{}");
const meaningful = new Set([...sheet.matchAll(/\.([A-Za-z][\w-]*)/g)].map((match) => match[1]).concat("katex", "text"));

// A single index or power without further ones is a small table for KaTeX, ten elements; here it is one, in the same place
// (class "script" of course.css). Lengths are in its own, smaller letters.
const SCRIPT = new RegExp(
  '<span class="msupsub"><span class="vlist-t(?: vlist-t2)?"><span class="vlist-r"><span class="vlist" style="[^"]*">' +
    '<span style="top:(-?[\\d.]+)em((?:;margin-(?:left|right):-?[\\d.]+em)*)"><span class="pstrut" style="height:([\\d.]+)em"></span>' +
    '<span class="sizing reset-size6 size3">((?:<span[^>]*>[^<]*</span>|<span>(?:<span[^>]*>[^<]*</span>)+</span>)+)</span></span></span>' +
    '(?:<span class="vlist-s">\u200b</span></span><span class="vlist-r"><span class="vlist" style="[^"]*"><span></span></span>)?' +
    "</span></span></span>",
  "g",
);
const SMALL = 0.7;
const script = (_, top, margins, strut, content) => {
  const small = (length) => `${Number((length / SMALL).toFixed(3))}em`;
  const sides = margins.replace(/(-?[\d.]+)em/g, (_, length) => small(length));
  return `<span class="script" style="vertical-align:${small(-top - strut)}${sides}">${content}</span>`;
};

// Frequent styles have classes.
const named = (html) =>
  html.replace(/<span(?: class="([^"]*)")? style="([^"]*)"/g, (all, names, style) =>
    style in job.names ? `<span class="${names ? `${names} ` : ""}${job.names[style]}"` : all,
  );

// What no reader meets: the TeX source beside the MathML (screen readers read the MathML itself), classes without a rule,
// zero margins, and more decimals than a screen has.
const light = (html) =>
  html
    .replace(/<span class="([^"]*)"/g, (_, names) => {
      const kept = names.split(" ").filter((name) => meaningful.has(name));
      return kept.length ? `<span class="${kept.join(" ")}"` : "<span";
    })
    .replace(/<annotation[^>]*>[^<]*<\/annotation>/g, "")
    .replace(/<\/?semantics>/g, "")
    .replace(/<mrow>(<m[ino](?: [^>]*)?>[^<]*<\/m[ino]>)<\/mrow>/g, "$1")
    .replace(/ xmlns="http:\/\/www.w3.org\/1998\/Math\/MathML"/g, "")
    .replace(/margin-left:0em;/g, "")
    .replace(/(\d\.\d{3})\d+em/g, "$1em")
    .replace(/height:(\d+\.\d{3})em/g, (_, length) => `height:${Number(Number(length).toFixed(2))}em`)
    .replace(/;"/g, '"')
    .replace(SCRIPT, script);

const results = job.formulas.map(({ tex, display }) => {
  try {
    const options = { displayMode: display, throwOnError: true, trust: false, strict };
    return { html: named(light(katex.renderToString(tex, options))) };
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
