"""The chart of one activity: how many of those asked replied, and how the answers are spread.

Everything in the chart is also in the text beside it. matplotlib takes half a second and 70 MB, so it is imported
only where a chart is drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Blue and grey differ in lightness too, so they hold for every kind of colour vision and in a grey print.
# The blue is that of M. Okabe and K. Ito, Color Universal Design (2008).
FILLED, EMPTY, INK = "#0072B2", "#E3E6E8", "#1B1F23"
COLOURS = 32  # the three above and the shades between them: a file a fifth as large as in full colour

WIDTH_INCHES = 3.6
DOTS_PER_INCH = 240
FONT_POINTS = 10  # on a phone, where the chart is shown about 3.6 inches wide, nearly as large as the text around it
LINE_INCHES = 0.2
HEADING_GAP_LINES = 0.7
ROW_INCHES = 0.46
COLUMNS_INCHES = 1.5
LABEL_CHARACTERS = 34
HEADING_CHARACTERS = 42


@dataclass(frozen=True)
class ChartBar:
    """One bar: `share` (0–1) of the whole, its label, and the figure printed at it, long or (`count`) short."""

    label: str
    figure: str
    share: float
    count: int


@dataclass(frozen=True)
class ChartPanel:
    """Bars that belong together, under a heading; as `columns` side by side where their labels are numbers."""

    heading: str
    bars: tuple[ChartBar, ...]
    columns: bool = False


def draw_chart(panels: Sequence[ChartPanel]) -> bytes:
    """The panels below one another as a PNG, the same bytes for the same panels."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from PIL import Image

    headings = [wrap(panel.heading, HEADING_CHARACTERS) for panel in panels]
    heights = [
        LINE_INCHES * (len(heading) + HEADING_GAP_LINES)
        + (COLUMNS_INCHES if panel.columns else ROW_INCHES * len(panel.bars))
        for heading, panel in zip(headings, panels, strict=True)
    ]
    raw, png = BytesIO(), BytesIO()
    # Labels are people's words: a dollar sign in them must not start a formula.
    with rc_context({"text.parse_math": False, "font.family": "DejaVu Sans", "font.size": FONT_POINTS}):
        figure = Figure(figsize=(WIDTH_INCHES, sum(heights)), dpi=DOTS_PER_INCH, facecolor="white")
        edges = {"left": 0.03, "right": 0.97, "top": 1, "bottom": 0, "hspace": 0}
        grid = figure.add_gridspec(len(panels), 1, height_ratios=heights, **edges)
        for place, (heading, panel, height) in enumerate(zip(headings, panels, heights, strict=True)):
            _draw_panel(figure.add_subplot(grid[place]), heading, panel, height)
        figure.savefig(raw, format="png", backend="agg")
    Image.open(raw).convert("RGB").quantize(COLOURS).save(png, format="PNG", optimize=True)
    return png.getvalue()


def _draw_panel(axes: "Axes", heading: Sequence[str], panel: ChartPanel, height: float) -> None:
    """Draw in inches from the panel's top, so that a row is as high in every panel."""
    axes.set_xlim(0, 1)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    axes.text(0, LINE_INCHES / 2, "\n".join(heading), color=INK, weight="bold", va="top")
    top = LINE_INCHES * (len(heading) + HEADING_GAP_LINES)
    if panel.columns:
        _draw_columns(axes, panel.bars, top)
    else:
        _draw_rows(axes, panel.bars, top)


def _draw_rows(axes: "Axes", bars: Sequence[ChartBar], top: float) -> None:
    for row, bar in enumerate(bars):
        text_line, bar_line = top + row * ROW_INCHES + 0.2, top + row * ROW_INCHES + 0.29
        label = bar.label if len(bar.label) <= LABEL_CHARACTERS else bar.label[: LABEL_CHARACTERS - 1] + "…"
        axes.text(0, text_line, label, color=INK, va="bottom", size=FONT_POINTS - 1)
        axes.text(1, text_line, bar.figure, color=INK, va="bottom", ha="right", size=FONT_POINTS - 1)
        axes.barh(bar_line, 1, height=0.13, color=EMPTY)
        axes.barh(bar_line, bar.share, height=0.13, color=FILLED)


def _draw_columns(axes: "Axes", bars: Sequence[ChartBar], top: float) -> None:
    """Columns as high as their share of the highest: what counts is the shape."""
    ground = top + COLUMNS_INCHES - 0.35
    tallest = max(bar.share for bar in bars) or 1.0
    for place, bar in enumerate(bars):
        middle, rise = (place + 0.5) / len(bars), bar.share / tallest * (ground - top - 0.25)
        axes.bar(middle, -rise, bottom=ground, width=0.8 / len(bars), color=FILLED)
        axes.text(
            middle, ground - rise - 0.03, f"{bar.count:,}", color=INK, va="bottom", ha="center", size=FONT_POINTS - 1
        )
        axes.text(middle, ground + 0.04, bar.label, color=INK, va="top", ha="center", size=FONT_POINTS - 1)
    axes.plot([0, 1], [ground, ground], color=INK, linewidth=0.8)
