"""What people write is shown as they wrote it wherever it lands, and never becomes markup; only four doors make any."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from jinja2 import UndefinedError

from bot import templates
from bot.templates import CLOSE, MOST_TEXT, OPEN, Templates, escape, sentence, shorten

NOON = datetime(2026, 2, 3, 18, tzinfo=UTC)
BESIDE = """
{% import "_parts.j2" as part %}
{"blocks": [{"type": "section", "block_id": "event.1",
  {% if button %}"accessory": {{ part.button(button, "noun.verb") }}{% endif %}
  "text": {"type": "mrkdwn", "text": "{{ words }}, {{ instant | when("America/Chicago") }}.{{ "" }}"}}]}
"""
EVERYWHERE = """
{% import "_parts.j2" as part %}
{"text": "{{ words }}", "blocks": [
  {"type": "section", "text": {"type": "mrkdwn", "text": "*{{ words }}* and {{ words }}"}},
  {"type": "context", "elements": [{"type": "mrkdwn", "text": "{{ "so: " ~ words }}"}, {{ part.plain(words) }}]},
  {"type": "rich_text", "elements": [{{ part.told(words, words) }}]},
  {"type": "actions", "elements": [{{ part.button(words, "noun.verb", words) }}]},
  {{ part.words("change", "Change", words) }}
  {{ part.taps("scale", "Scale", {"one": words}, "one") }}
  {"type": "raw", "value": {{ words | json }}},
]}
"""
BOXES = """
{% import "_parts.j2" as part %}
{"type": "modal", "blocks": [
  {{ part.number("goal", "Goal", goal) }}
  {{ part.line("name", "Name", name, most=10) }}
  {"type": "input", "block_id": "people", "element": {"type": "number_input", "is_decimal_allowed": false,
   "min_value": "1", "max_value": "99", "initial_value": "{{ people }}"}},
]}
"""
TROUBLE = some.sampled_from(
    [
        "<!channel>", "<@U0EVERY>", "<https://x.example|IHI>", "&", "&lt;", '"', "\\", "\\u003c!here\\u003e", "\\n",
        "\n", ",]", ",}", ', "x": 1', "{{ 7 * 7 }}", "{% raw %}", "{# #}", "\u202etxet", "🌱", "é", "\x00", "\u2028",
        "words ", OPEN, CLOSE, "\ue002", "\ue0020",
    ]
)  # fmt: skip
written = some.lists(some.one_of(TROUBLE, some.text(max_size=8)), min_size=1, max_size=12).map("".join)
words = written.filter(bool)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Our templates, with one that prints words everywhere words can land."""
    folder = tmp_path_factory.mktemp("templates")
    for name, source in {
        "everywhere": EVERYWHERE,
        "mention": '{"text": "{{ user | mention }} wrote {{ words }} in {{ where | channel }}"}',
        "joined": '{"text": "{{ "by " ~ (user | mention) ~ ": " ~ words }}"}',
        "link": '{"text": "{{ link("https://x.example/a?b=1", words) }}"}',
        "when": '{"text": "{{ instant | when("America/Chicago") }}"}',
        "beside": BESIDE,
        "boxes": BOXES,
        "commas": '{"text": "a, ], b", "blocks": [1, [2, ], {"x": "},]", }, ], }',
    }.items():
        (folder / "probe").mkdir(exist_ok=True)
        (folder / "probe" / f"{name}.json.j2").write_text(source)
    return Templates([folder])


@settings(max_examples=80, deadline=None)
@given(words)
def test_words_are_escaped_where_slack_parses_and_untouched_everywhere_else(house: Templates, words: str) -> None:
    shown = house.render("probe/everywhere", {"words": words})

    section, context, told, actions, box, taps, raw = shown["blocks"]
    label, text = told["elements"][0]["elements"]
    assert shown["text"] == escape(words)
    if section["type"] == "rich_text":  # Slack would mark something up in them
        assert "".join(one["text"] for one in section["elements"][0]["elements"]) == f"{words} and {words}"
    else:
        assert section["text"]["text"] == f"*{escape(words)}* and {escape(words)}"
    assert [element["text"] for element in context["elements"]] == [f"so: {escape(words)}", words]
    assert (label["text"], text["text"]) == (f"{words}\n", f"{words}\n")
    assert (actions["elements"][0]["text"]["text"], actions["elements"][0]["value"]) == (words, words)
    assert box["element"]["initial_value"] == words
    assert taps["element"]["options"][0]["text"]["text"] == words
    assert raw["value"] == words


@settings(max_examples=80, deadline=None)
@given(written)
def test_no_markup_comes_from_words(house: Templates, words: str) -> None:
    linked = house.render("probe/link", {"words": words})["text"]
    mentioned = house.render("probe/mention", {"words": words, "user": "U0ANA", "where": "C0ALDER"})["text"]
    joined = house.render("probe/joined", {"words": words, "user": "U0ANA", "where": "C0ALDER"})["text"]

    assert re.fullmatch(r"<https://x\.example/a\?b=1\|[^<>|]*>", linked)
    assert re.findall(r"<[^>]*>", mentioned) == ["<@U0ANA>", "<#C0ALDER>"]
    assert "<" not in joined


@settings(max_examples=50, deadline=None)
@given(some.text(alphabet="&<>w ", min_size=1500, max_size=6000))
def test_a_text_too_long_to_be_edited_is_cut_between_two_characters(house: Templates, words: str) -> None:
    text = house.render("probe/mention", {"words": words, "user": "U0ANA", "where": "C0ALDER"})["text"]

    assert len(text) <= MOST_TEXT
    assert "&" not in re.sub("&(amp|lt|gt);", "", text)
    assert text.endswith(("…", "<#C0ALDER>"))


@pytest.mark.parametrize(
    ("words", "read_out"),
    [
        ("8 of 10 come", "8 of 10 come."),
        ("8 of 10 come.", "8 of 10 come."),
        ("8 of 10 come \n", "8 of 10 come."),
        ("Will they?", "Will they?"),
        ("They said “yes.”", "They said “yes.”"),
        ("and so on…", "and so on…"),
        ("", ""),
    ],
)
def test_words_get_the_full_stop_they_lack(words: str, read_out: str) -> None:
    assert sentence(words) == read_out


def test_marks_that_somebody_managed_to_type_open_nothing_and_stay(house: Templates) -> None:
    shown = house.render("probe/everywhere", {"words": f"a{CLOSE}<!channel>{OPEN}b\ue0020"})

    assert shown["text"] == f"a{CLOSE}&lt;!channel&gt;{OPEN}b\ue0020"


def test_words_with_marks_for_bold_stand_as_they_were_typed_beside_what_we_mark_up(house: Templates) -> None:
    title = "Steal & <Swap> call *bold*"

    section, context, *_ = house.render("probe/everywhere", {"words": title})["blocks"]
    (moved,) = house.render("probe/beside", {"words": title, "instant": NOON, "button": ""})["blocks"]
    (beside,) = house.render("probe/beside", {"words": title, "instant": NOON, "button": "Open"})["blocks"]

    assert section["elements"][0]["elements"] == [
        {"type": "text", "text": title, "style": {"bold": True}}, {"type": "text", "text": " and "},
        {"type": "text", "text": title},
    ]  # fmt: skip
    assert [one["type"] for one in context["elements"]] == ["mrkdwn", "plain_text"]
    words, _, date, *_ = moved["elements"][0]["elements"]
    assert words["text"] == title
    assert (date["type"], date["timestamp"], date["format"]) == ("date", int(NOON.timestamp()), "{date_long} at {time}")
    assert (moved["block_id"], beside["accessory"]["action_id"]) == ("event.1", "noun.verb")
    told = f"{title}, Tuesday 3 February at 12:00 PM (America/Chicago)."
    assert beside["text"] == {"type": "plain_text", "text": told, "emoji": False}
    (unmarked,) = house.render("probe/beside", {"words": "snake_case & 5 > 3", "instant": NOON, "button": ""})["blocks"]
    assert unmarked["type"] == "section"


def test_commas_at_the_end_are_allowed_and_those_in_words_stay(house: Templates) -> None:
    assert house.render("probe/commas", {}) == {"text": "a, ], b", "blocks": [1, [2], {"x": "},]"}]}


def test_an_instant_is_shown_in_the_readers_zone_with_a_fallback_that_names_one(house: Templates) -> None:
    shown = house.render("probe/when", {"instant": NOON})

    fallback = "Tuesday 3 February at 12:00 PM (America/Chicago)"
    assert shown["text"] == f"<!date^{int(NOON.timestamp())}^{{date_long}} at {{time}}|{fallback}>"


@pytest.mark.parametrize("values", [{}, {"words": None}, {"word": "a"}])
def test_a_name_without_a_value_raises(house: Templates, values: dict[str, Any]) -> None:
    with pytest.raises((UndefinedError, ValueError)):
        house.render("probe/everywhere", values)


@pytest.mark.parametrize(
    "user", ["", "U", "u0ana", "B0ALLTEACH", "C0ALDER", "U0ANA>", "U0ANA|x", "!channel", "U0ANA\n"]
)
def test_a_mention_takes_only_a_persons_id(user: str) -> None:
    with pytest.raises(ValueError, match="not a Slack user id"):
        templates.mention(user)


@pytest.mark.parametrize("slack_id", ["", "C", "U0ANA", "D0DIRECT", "C0ALDER|x", "C0ALDER>", "team-alder", "C0ALDER\n"])
def test_a_channel_link_takes_only_a_channels_id(slack_id: str) -> None:
    with pytest.raises(ValueError, match="not a Slack channel id"):
        templates.channel(slack_id)


@pytest.mark.parametrize(
    "url",
    [
        "", "x.example", "javascript:alert(1)", "ftp://x.example", "https://x y", "https://x|y", "https://x>", 'https://x"',
        "https://x\\u003e",
    ],
)  # fmt: skip
def test_a_link_goes_only_to_the_web(url: str) -> None:
    with pytest.raises(ValueError, match="only http and https"):
        templates.link(url, "IHI")


def test_an_instant_needs_its_offset() -> None:
    with pytest.raises(ValueError, match="without its offset"):
        templates.when(NOON.replace(tzinfo=None), "America/Chicago")


@given(words, some.integers(2, 40))
def test_words_are_shortened_at_a_word_and_never_beyond_the_room_there_is(words: str, most: int) -> None:
    short = shorten(words, most)

    assert len(short) <= most
    assert short == words if len(words) <= most else short.endswith("…")


def test_words_that_begin_with_nothing_but_blank_lines_are_shortened_too() -> None:
    assert templates.shorten("\n\n<!channel>", 3) == "\n\n…"


def test_wording_can_be_overridden_for_a_site(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "guarded.json.j2").write_text('{"text": "Bitte ohne Namen, {{ name }}.", "blocks": []}')

    overridden = Templates([tmp_path])

    assert overridden.render("words/guarded", {"name": "Ana"})["text"] == "Bitte ohne Namen, Ana."
    assert overridden.names() == Templates().names()
    assert overridden.source("pdsa/card") == Templates().source("pdsa/card")


def test_parts_are_no_messages() -> None:
    assert not [name for name in Templates().names() if "/_" in name or name.startswith("_")]


def test_a_box_opens_with_what_it_can_show_and_the_rest_stands_below_it(house: Templates) -> None:
    """Slack refuses a whole form for one box that is opened with what it can't hold."""
    number, rest = (
        "You wrote “{}” here, and this box takes a number only.",
        "More than fits stood here. The rest of it: ",
    )
    for box, words, shown, below in (
        ("goal", "-12.5", "-12.5", ""),
        ("goal", "12,5", None, number.format("12,5")),
        ("goal", "1e9", None, number.format("1e9")),
        ("people", "99", "99", ""),
        ("people", "100", None, number.format("100")),
        ("people", "1.5", None, number.format("1.5")),
        ("people", "", None, ""),
        ("name", "0123456789abc", "0123456789", f"{rest}“abc”"),
    ):
        view = house.render("probe/boxes", {"goal": "1", "name": "A", "people": "5", box: words})

        held = {one["block_id"]: one["element"].get("initial_value") for one in view["blocks"] if "element" in one}
        said = {one["block_id"]: one["text"]["text"] for one in view["blocks"] if "element" not in one}
        assert (held[box], said) == (shown, {f"kept.{box}": below} if below else {}), words
