"""A collaborative in one YAML file: read whole, or refused with every fault named by its line."""

from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.domain.collaborative_file import explained, marked_yaml, references, values
from bot.domain.collaborative_file.marked_yaml import WHOLE, Fault
from bot.domain.collaborative_file.shapes import CollaborativeFile
from bot.errors import BotError


class FileFaults(BotError):
    """Nothing was taken from a collaborative file, and these are all the reasons, each as `FILE:12: sentence`."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(f"{fault.place(name)}: {fault.sentence}" for fault in self.faults))


def open_file(path: Path) -> CollaborativeFile:
    """Read the collaborative file at a path, UTF-8. Raises FileFaults, also where there is no such file."""
    try:
        with path.open("rb") as file:
            content = file.read(marked_yaml.LARGEST_FILE + 1)
    except OSError as error:
        raise FileFaults(str(path), [Fault(WHOLE, f"The file can't be opened: {error.strerror}.")]) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileFaults(str(path), [Fault(line, "The file isn't UTF-8 text here. Please save it as UTF-8.")]) from None
    return read(text, str(path))


def read(text: str, name: str) -> CollaborativeFile:
    """Read the text of a collaborative file; `name` is how its reader calls it. Raises FileFaults with all faults."""
    page = marked_yaml.read(text)
    if not isinstance(page.tree, dict):
        begins = [Fault(1, "A collaborative file begins with “collaborative:”.")] if page.whole else []
        raise FileFaults(name, [*page.faults, *begins])
    faults = [*page.faults, *(references.faults(page) if page.whole else ())]
    try:
        file = CollaborativeFile.model_validate(page.tree, context={"zone": _zone(page)})
    except ValidationError as error:
        raise FileFaults(name, [*faults, *explained.faults(error, page, CollaborativeFile)]) from None
    if faults:
        raise FileFaults(name, faults)
    return file


def _zone(page: marked_yaml.Page) -> ZoneInfo:
    """The collaborative's zone; UTC stands in while the file has none that exists."""
    zone = page.text(("collaborative", "timezone"))
    return ZoneInfo(zone if zone in values.zones() else "UTC")
