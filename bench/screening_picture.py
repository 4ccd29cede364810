"""The trade-off between false alarms and recall, as an SVG picture."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, EDGE = 640, 360, 60


def drawn(points: Sequence[tuple[str, float, float]]) -> str:
    """(name, % of ordinary messages, % of conduct) as a curve; the axes begin at nought."""
    most = max(alarms for _, alarms, _ in points) * 1.25 or 1.0
    places = [
        (EDGE + alarms / most * (WIDTH - 2 * EDGE), HEIGHT - EDGE - recall / 100 * (HEIGHT - 2 * EDGE), name)
        for name, alarms, recall in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/><text x="{x + 8:.1f}" y="{y + 16:.1f}">{escape(name)}</text>'
        for x, y, name in places
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="12">'
        f'<path d="M{EDGE} {EDGE}V{HEIGHT - EDGE}H{WIDTH - EDGE}" fill="none" stroke="#888"/>'
        f'<polyline points="{line}" fill="none" stroke="#246"/>{dots}'
        f'<text x="{EDGE}" y="{EDGE - 12}">conduct in unseen student chat that reaches people, 0 to 100 %</text>'
        f'<text x="{EDGE}" y="{HEIGHT - 20}">ordinary messages that reach people, 0 to {most:.2f} %</text></svg>\n'
    )
