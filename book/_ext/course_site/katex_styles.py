"""Short names for the lengths that KaTeX writes again and again.

A long chapter holds thousands of ``style="margin-right:0.277em"``: with a class of two letters instead, the page is two
kilobytes lighter when compressed. What is not in the list stays a style of its own element.
"""

__all__ = ["NAMES", "RULES"]

#: Frequent in this course; a change of the list needs a new `OPTIONS` in :mod:`course_site.katex`.
FREQUENT = (
    "margin-right:0.277em",
    "margin-right:0.222em",
    "margin-right:0.166em",
    "margin-right:0.138em",
    "margin-right:0.107em",
    "margin-right:0.078em",
    "margin-right:0.071em",
    "margin-right:0.057em",
    "margin-right:0.055em",
    "margin-right:0.052em",
    "margin-right:0.043em",
    "margin-right:0.035em",
    "margin-right:0.031em",
    "margin-right:0.027em",
    "margin-right:0.019em",
    "margin-right:0.003em",
    "height:0.15em",
    "height:0.34em",
    "height:0.43em",
    "height:0.64em",
    "height:0.68em",
    "height:0.69em",
    "height:0.81em",
    "height:0.84em",
    "height:0.92em",
    "height:1.32em",
    "height:1.37em",
    "height:2.5em",
    "height:2.7em",
    "height:3em",
    "height:3.05em",
    "height:3.45em",
    "height:0.58em;vertical-align:-0.15em",
    "height:0.63em;vertical-align:-0.194em",
    "height:0.71em;vertical-align:-0.15em",
    "height:0.73em;vertical-align:-0.083em",
    "height:0.83em;vertical-align:-0.15em",
    "height:0.84em;vertical-align:-0.15em",
    "height:0.89em;vertical-align:-0.194em",
    "height:1em;vertical-align:-0.25em",
    "vertical-align:0.519em;margin-right:0.071em",
    "vertical-align:0.59em;margin-right:0.071em",
    "vertical-align:-0.214em;margin-right:0.071em",
    "vertical-align:-0.214em;margin-left:-0.039em;margin-right:0.071em",
    "vertical-align:-0.214em;margin-left:-0.05em;margin-right:0.071em",
    "vertical-align:-0.214em;margin-left:-0.197em;margin-right:0.071em",
    "top:-2.314em",
    "top:-2.55em;margin-right:0.05em",
    "top:-2.655em",
    "top:-3em",
    "top:-3.05em",
    "top:-3.23em",
    "top:-3.394em",
    "top:-3.677em",
    "left:-0.166em",
    "border-bottom-width:0.04em",
)

#: Style → class
NAMES = {style: f"k{number}" for number, style in enumerate(FREQUENT)}
#: The rules; written after KaTeX's own, which say nothing else of these
RULES = "".join(f".katex .{name}{{{style}}}" for style, name in NAMES.items())
