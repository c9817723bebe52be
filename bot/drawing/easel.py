"""The one figure on which pictures are drawn, one after another: a new one for each would pile up in memory."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.drawing.lettering import DPI, FAMILY, WIDTH

_one_at_a_time = Lock()  # matplotlib draws for one thread at a time


@contextmanager
def free() -> Iterator[None]:
    """Once nobody else draws; what people wrote is drawn as it is, and never read as a formula."""
    with _one_at_a_time, mpl.rc_context({"text.parse_math": False, "font.family": FAMILY}):
        yield


def blank(height: float) -> Figure:
    """The figure, with nothing on it, as wide as every picture and so many pixels high."""
    figure = _figure()
    figure.clear()
    figure.set_size_inches(WIDTH / DPI, height / DPI)
    return figure


def png(figure: Figure) -> bytes:
    """What is on it now."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None}, pil_kwargs={"compress_level": 3})
    return picture.getvalue()


@cache
def _figure() -> Figure:
    figure = Figure(dpi=DPI)
    FigureCanvasAgg(figure)
    return figure
