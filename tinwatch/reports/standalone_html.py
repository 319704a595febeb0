"""Standalone HTML pages: one file, no scripts, no requests, everything escaped."""

from __future__ import annotations

from html import escape

from tinwatch.terminal.console import printable

# Defence in depth: even an unescaped text could not load or run anything.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
:root { color-scheme: light dark; --in: #d7f5dd; --out: #ffdfdc; --line: #c8ccd1; --dim: #5b6570; }
@media screen and (prefers-color-scheme: dark) {
  :root { --in: #12401f; --out: #5a1d1a; --line: #444c56; --dim: #9aa5b1; }
}
body { margin: 0 auto; max-width: 72rem; padding: 1rem; font: 1rem/1.55 system-ui, sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
.dim { color: var(--dim); font-size: .9rem; }
ins { background: var(--in); } del { background: var(--out); }
bdi, .text { unicode-bidi: isolate; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .5rem .3rem 0; text-align: left;
  vertical-align: top; }
td:first-child, th { overflow-wrap: normal; min-width: 6.5rem; }
code { font-size: .85rem; }
"""


def html_text(text: str | None) -> str:
    """Escape a text of a site for HTML: markup, control characters and bidi overrides."""
    return escape(printable(text))


def html_link(url: str | None) -> str:
    """Return an http(s) URL as a link, anything else (javascript:) as text."""
    text = html_text(url)
    if not (url or "").startswith(("https://", "http://")):
        return text
    return f'<a href="{text}" rel="noreferrer noopener">{text}</a>'


def html_page(title: str, body: str, locale: str, style: str = "") -> str:
    """Return a page in a language. `title` is escaped here, `body` must be already."""
    return (
        f'<!DOCTYPE html>\n<html lang="{locale}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{html_text(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )
