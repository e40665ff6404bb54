"""The look of the page: one style sheet, its colours from the log's palettes, dark and light as the reader has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trayapp.log.palette import DARK, LIGHT, hexed
from trayapp.log.strip import Kind

if TYPE_CHECKING:
    from trayapp.log.palette import Palette

_SHEET = """
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:15px/1.5 "Segoe UI","Noto Sans","DejaVu Sans",system-ui,sans-serif}
main{max-width:70rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.6rem;line-height:1.25;margin:.2em 0}
h2{font-size:1.1rem;margin:2rem 0 .6rem}
h3{font-size:1rem;margin:1rem 0 .3rem}
p{margin:.3em 0}
.faint,caption,th,time{color:var(--faint)}
.card{background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:1rem;overflow-x:auto}
.row{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:.2rem 1rem;padding:.5rem 0;
border-bottom:1px solid var(--line)}
.row:last-child{border-bottom:0}
.name{font-weight:600}
.shape{display:inline-block;width:1.2em}
svg{display:block;width:100%;height:auto}
svg.strip{height:18px;border-radius:3px}
svg text{fill:var(--faint);font-size:11px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{text-align:start;font-weight:600;white-space:nowrap}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
ol{list-style:none;margin:0;padding:0}
li{padding:.25rem 0}
td:nth-child(3),td:nth-child(5),td:nth-child(6){white-space:nowrap}
blockquote{margin:.2rem 0;padding-inline-start:.8rem;border-inline-start:3px solid var(--line)}
summary{cursor:pointer}
a{color:var(--accent)}
:target{outline:2px solid var(--accent)}
.legend span{display:inline-block;margin-inline-end:1rem}
.legend i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-inline-end:.4em}
polyline{fill:none}
.c-median{stroke:var(--ink);stroke-width:1.6}
.c-high{stroke:var(--faint);stroke-width:1}
.hatched{fill:url(#hatch)}
.stroke{fill:var(--hatch)}
.line{fill:var(--line)}
@media (max-width:40rem){.row{grid-template-columns:1fr}}
@media print{body{background:#fff}details{break-inside:avoid}}
"""


def sheet() -> str:
    """All of it. Nothing in it comes from outside, and it fetches nothing."""
    classes = [f".k-{kind}{{fill:var(--{kind});background:var(--{kind})}}" for kind in Kind]
    classes += [f".p-{phase}{{fill:var(--{phase});background:var(--{phase})}}" for phase in LIGHT.phases]
    dark = f"@media (prefers-color-scheme:dark){{:root{{{_values(DARK)}}}}}"
    return f":root{{color-scheme:light dark;{_values(LIGHT)}}}\n{dark}\n{_SHEET.strip()}\n{''.join(classes)}"


def _values(of: Palette) -> str:
    named = {
        "ground": of.ground,
        "raised": of.raised,
        "ink": of.ink,
        "faint": of.faint,
        "line": of.line,
        "accent": of.accent,
        "hatch": of.hatch,
        **{kind.value: colour for kind, colour in of.kinds.items()},
        **of.phases,
    }
    return "".join(f"--{name}:{hexed(colour)};" for name, colour in named.items())
