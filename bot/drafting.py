"""From a form somebody is typing in to a draft in the record, past the guard."""

from collections.abc import Mapping
from typing import Any

from bot import access, drafts, forms, known
from bot.errors import Refused
from bot.kit import Kit


def write(kit: Kit, body: Mapping[str, Any]) -> None:
    """Keep what stands in the form; boxes the guard would ask about are left out."""
    view = body["view"]
    carried = forms.meta(view)
    if "subject" not in carried:
        return
    with kit.store.transaction() as session:
        try:
            actor = access.actor(session, body)
        except Refused:
            return
        fields = forms.safe_to_keep(view, known.of(session, kit, actor.collaborative_ids[0]))
        fields |= {f"_{name}": True for name in ("more", "ran") if carried.get(name)}
        drafts.keep(
            session,
            person=actor.id,
            form=str(view["callback_id"]),
            subject=str(carried["subject"]),
            fields=fields,
            now=kit.now(),
        )
