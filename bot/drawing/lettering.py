"""The words of a picture: set in the font that matplotlib brings along, wrapped and cut to the room there is."""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font, LoadFlags

DPI = 150
FAMILY = "DejaVu Sans"
WIDTH, MARGIN = 1080, 36  # pixels: the picture, and around everything
BESIDE_A_NUMBER = 54  # pixels
LARGE, MIDDLE, FINE = 18.0, 15.0, 13.0  # points
INK, QUIET, PALE = "#22303c", "#5b6975", "#b9c3cc"
CHIP = {"boxstyle": "round,pad=0.25,rounding_size=0.6", "facecolor": "white", "edgecolor": PALE}


@dataclass(frozen=True)
class Line:
    """A line of text above or below the plot."""

    text: str
    size: float
    color: str = INK
    weight: str = "normal"
    number: str = ""  # of a note, before its words
    air: float = 0  # pixels over it

    @property
    def height(self) -> float:
        """Pixels, with the space around it."""
        return self.size * DPI / 72 * 1.4 + self.air


def height(lines: Sequence[Line]) -> float:
    """Pixels that these lines take."""
    return sum(line.height for line in lines)


def write(figure: Figure, lines: Sequence[Line], top: float, left: float = MARGIN) -> None:
    """Put lines of text into a picture, the first one's upper edge `top` pixels from the bottom."""
    across, up = figure.get_size_inches() * DPI
    for line in lines:
        begin, upper = left, (top - line.air) / up
        if line.number:
            begin += BESIDE_A_NUMBER
            figure.text((left + 16) / across, upper, line.number, va="top", ha="center", size=FINE - 1, bbox=CHIP)
        figure.text(begin / across, upper, line.text, va="top", size=line.size, color=line.color, weight=line.weight)
        top -= line.height


def wrapped(text: str, most: int, like: Line, wide: float = WIDTH - 2 * MARGIN) -> list[Line]:
    """A text in at most so many lines, as wide as the picture if nothing else is said."""
    room = wide - (BESIDE_A_NUMBER if like.number else 0)
    text = " ".join(drawable(text).split())
    lines = [text] if width(text, like.size, like.weight) <= room else _broken(text, most, room, like)
    told = [cut(line, room, like.size, like.weight) for line in lines if line]
    return [replace(like, text=line, air=0 if place else like.air) for place, line in enumerate(told)]


def cut(text: str, room: float, size: float, weight: str = "normal") -> str:
    """As much of a text as there is room for."""
    if width(text, size, weight) <= room:
        return text
    fitting = bisect_right(range(len(text)), room, key=lambda count: width(f"{text[:count]}…", size, weight))
    return f"{text[: max(fitting - 1, 0)].rstrip()}…"


def width(text: str, size: float, weight: str = "normal") -> float:
    """Pixels that a text takes."""
    font = _font(weight)
    font.set_size(size, DPI)
    font.set_text(text, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64


def drawable(text: str) -> str:
    """A text without what the font has no letters for; an emoji is told by its name."""
    font = _font("normal")
    return "".join(
        letter if letter.isspace() or font.get_char_index(ord(letter)) else _in_words(letter) for letter in text
    )


def _in_words(letter: str) -> str:
    """(seedling) for 🌱; nothing for what isn't a symbol."""
    named = unicodedata.name(letter, "").lower() if unicodedata.category(letter) == "So" else ""
    return f"({named})" if named else ""


def _broken(text: str, most: int, room: float, like: Line) -> list[str]:
    """The words in lines, the last of which takes all that is left."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(lines) < most and width(longer, like.size, like.weight) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@cache
def _font(weight: str) -> FT2Font:
    return get_font(findfont(FontProperties(family=FAMILY, weight=weight)))
