"""The trade-off between false alarms and recall, as an SVG picture."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, EDGE = 720, 400, 64
ROOM = 0.35  # of the width beside the last point, for what stands there
LINE = 16  # between two lines of text
STEPS = 4  # marks on each axis


def drawn(points: Sequence[tuple[str, float, float]]) -> str:
    """(name, % of ordinary messages, % of conduct) as a curve, from the strictest on; the axes begin at nought."""
    most = max(alarms for _, alarms, _ in points) * (1 + ROOM) or 1.0
    places = [(across(alarms, most), up(recall)) for _, alarms, recall in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="12">'
        f'<path d="M{EDGE} {EDGE}V{HEIGHT - EDGE}H{WIDTH - EDGE}" fill="none" stroke="#888"/>{marks(most)}'
        f'<polyline points="{line}" fill="none" stroke="#246"/>{dots}{names(points, places)}'
        f"{text(EDGE, EDGE - 20, 'conduct in unseen student chat that reaches people')}"
        f"{text(EDGE, HEIGHT - 16, 'ordinary messages that reach people')}</svg>\n"
    )


def across(alarms: float, most: float) -> float:
    """Where so many per cent of ordinary messages stand from the left."""
    return EDGE + alarms / most * (WIDTH - 2 * EDGE)


def up(recall: float) -> float:
    """Where so many per cent of conduct stand from the top."""
    return HEIGHT - EDGE - recall / 100 * (HEIGHT - 2 * EDGE)


def marks(most: float) -> str:
    """What the axes' places mean."""
    shares = [step / STEPS for step in range(STEPS + 1)]
    upright = [text(EDGE - 8, up(100 * share) + 4, f"{100 * share:.0f} %", "end") for share in shares]
    level = [
        text(across(share * most, most), HEIGHT - EDGE + 18, f"{share * most:.2f} %", "middle") for share in shares
    ]
    return "".join(upright + level)


def names(points: Sequence[tuple[str, float, float]], places: Sequence[tuple[float, float]]) -> str:
    """Each point's name and figures beside it; those that would stand on each other stand below each other, the highest
    point's first."""
    found, lowest = [], float("-inf")
    for (name, alarms, recall), (x, y) in reversed(list(zip(points, places, strict=True))):
        lowest = max(y + 4, lowest + LINE)
        found.append(text(x + 10, lowest, f"{name}: {recall:.0f} % for {alarms:.2f} %"))
    return "".join(found)


def text(x: float, y: float, words: str, anchor: str = "start") -> str:
    """Words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
