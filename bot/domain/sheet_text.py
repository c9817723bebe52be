"""From a table file's bytes to its text: what else it may be, in which code its letters are, what parts its cells."""

import codecs
import re

from bot.errors import BotError

A_TABLE = "Please open the table where it was made, save it as CSV (UTF-8), and drop that file here."
BEGINNINGS = (  # what a file begins with → what it is
    (b"PK\x03\x04", "a spreadsheet, another Office file or a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a spreadsheet or another file of an older Office"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"RIFF", "a picture, a sound or a film"),
    (b"\x1f\x8b", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"{\\rtf", "a text document"),
    (b"SQLite format 3", "a database"),
)
INSIDE_A_ZIP = (
    (b"xl/", "an Excel workbook"),
    (b"word/", "a Word document"),
    (b"ppt/", "a PowerPoint presentation"),
    (b"opendocument.spreadsheet", "a LibreOffice spreadsheet"),
)
MARKUP = re.compile(rb"\s*<(!doctype html|html|\?xml|svg)", re.IGNORECASE)
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class NoText(BotError):
    """The bytes are no text."""


def kind(content: bytes) -> str:
    """What the bytes are that can't be a table, in words; empty where they may be one."""
    if content.startswith(b"PK\x03\x04"):
        return next((name for mark, name in INSIDE_A_ZIP if mark in content), BEGINNINGS[0][1])
    if content[4:8] == b"ftyp":
        return "a picture or a film"
    if MARKUP.match(content.removeprefix(codecs.BOM_UTF8)):
        return "a web page or another file of marked-up text"
    return next((name for mark, name in BEGINNINGS if content.startswith(mark)), "")


def decoded(content: bytes) -> str:
    """The text, in UTF-16 where its mark says so. Raises NoText for what can't be typed."""
    text = content.decode("utf-16", errors="replace") if content.startswith(WIDE) else lettered(content)
    if CONTROL.search(text):
        raise NoText("This is no text.")
    return text


def lettered(content: bytes) -> str:
    """Text in UTF-8, with or without a mark at its beginning, or in the older code of Windows."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def separator(text: str) -> str:
    """What stands between the cells of the first line that isn't empty."""
    head = text.lstrip().partition("\n")[0]
    return max(",;\t", key=head.count)
