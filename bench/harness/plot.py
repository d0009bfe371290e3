"""Plain SVG bars, light and dark, without a library."""

import html
import math

from . import figures

THEMES = {
    "light": {"text": "#1f2328", "faint": "#d0d7de", "ours": "#0969da", "peer": "#8c959f"},
    "dark": {"text": "#e6edf3", "faint": "#30363d", "ours": "#4493f8", "peer": "#7d8590"},
}
WIDTH, LEFT, RIGHT, BAR, GAP = 760, 260, 70, 14, 5

# name: (title, metric, workloads with their headings)
PLOTS = {
    "cpu": ("Server CPU microseconds per request (less is better)", "cpu_us", [
        ("1k-64", "1 KiB, 64 connections"), ("10k-64", "10 KiB, 64 connections"),
        ("100k-64", "100 KiB, 64 connections"), ("close", "1 KiB, connection per request")]),
    "large": ("Server CPU seconds per GB (less is better)", "cpu_s_gb", [
        ("1m-16", "1 MiB, 16 connections"), ("100m-16", "100 MiB, 16 connections")]),
}


def write_all(raw, base):
    """Writes BASE-<plot>-<theme>.svg for each plot that has data; returns (name without theme, text)."""
    written = []
    for name, (title, metric, workloads) in PLOTS.items():
        groups = []
        for workload, heading in workloads:
            results = raw["workloads"].get(workload, {})
            bars = [(server, result["title"].replace("`", ""), spread) for server, result in results.items()
                    if (spread := figures.spread(figures.values(result, metric)))]
            if bars:
                groups.append((heading, bars))
        if groups:
            for theme, colours in THEMES.items():
                with open(f"{base}-{name}-{theme}.svg", "w") as file:
                    file.write(bars_svg(title, groups, colours))
            written.append((f"{base}-{name}", title))
    return written


def bars_svg(title, groups, colours):
    """Each group has its own scale; whiskers reach from the least to the greatest run."""
    body, y = [], 28
    for heading, bars in groups:
        y += 18
        body.append(_text(0, y, heading, colours["text"], "bold"))
        y += 8
        scale = (WIDTH - LEFT - RIGHT) / max(greatest for _, _, (_, _, greatest) in bars)
        for server, label, (middle, least, greatest) in bars:
            colour = colours["ours" if server.startswith("chainserve") else "peer"]
            centre = y + BAR / 2
            body.append(_text(LEFT - 8, y + BAR - 3, label, colours["text"], anchor="end"))
            body.append(f'<rect x="{LEFT}" y="{y}" width="{middle * scale:.1f}" height="{BAR}" fill="{colour}"/>')
            body.append(f'<path d="M{LEFT + least * scale:.1f} {centre}H{LEFT + greatest * scale:.1f}" '
                        f'stroke="{colours["text"]}"/>')
            body.append(_text(LEFT + greatest * scale + 6, y + BAR - 3, _number(middle), colours["text"]))
            y += BAR + GAP
        body.append(f'<path d="M0 {y + 4}H{WIDTH}" stroke="{colours["faint"]}"/>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 12}" width="{WIDTH}" height="{y + 12}" '
            f'font-family="system-ui, sans-serif" font-size="12">\n'
            + "\n".join([_text(0, 16, title, colours["text"], "bold"), *body]) + "\n</svg>\n")


def _number(value):
    """Three digits that count."""
    decimals = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:,.{decimals}f}"


def _text(x, y, text, colour, weight="normal", anchor="start"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-weight="{weight}" '
            f'text-anchor="{anchor}">{html.escape(text)}</text>')
