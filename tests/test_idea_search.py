"""Ideas are found by their words, however these are written, and the same ones on both databases."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot import schema
from bot.domain import adaptations, folding, idea_edits, idea_facts, idea_search, idea_steals, ideas
from bot.domain.changes import ChangeIdea
from bot.domain.collaborative_file import reader
from bot.domain.idea_index import IdeaText, IdeaWord
from bot.domain.idea_search import NEWEST, STOLEN, Wish
from bot.domain.ideas import Idea, Steal
from bot.domain.loading import loader
from bot.domain.pdsa import Cycle
from bot.domain.teams import Team
from bot.store import Store
from tests import databases
from tests import town as towns
from tests.test_schema import as_of_old

NOW = datetime(2026, 2, 2, tzinfo=UTC)
ALDER, PRAIRIE = 1, 2
SHARED = (  # team, title, what they did
    (ALDER, "Put the coffee by the form, not after it", "We moved the table. Interpreters loved it."),
    (ALDER, "Read the voicemail greeting aloud", "And ask: would you call back? One warm call does more."),
    (PRAIRIE, "Name the clinician in the reminder", "Texts at 72 h; the café and the niño posters stayed."),
    (PRAIRIE, "Rides on Tuesday", "A driver asks about transport and childcare when families are booked."),
    (PRAIRIE, "A weekly huddle", "Who haven't we seen? Ten minutes, then calls are made."),
)
WORDS = {  # what is typed → what is found, in order
    "coffee": ["Put the coffee by the form, not after it"],
    "COFFEE, form!": ["Put the coffee by the form, not after it"],
    "cafe nino": ["Name the clinician in the reminder"],
    "café": ["Name the clinician in the reminder"],
    "warm call": ["1.2 One warm call", "Read the voicemail greeting aloud"],
    "calling": ["1.2 One warm call", "A weekly huddle", "Read the voicemail greeting aloud"],
    "family": ["Rides on Tuesday"],
    "famil": ["Rides on Tuesday"],
    "clin remi": ["Name the clinician in the reminder"],
    "walk-in": ["1.1 Same-day walk-in block"],
    "1.2": ["1.2 One warm call"],
    "havent": ["A weekly huddle"],
    "haven't we": ["A weekly huddle"],
    "intrep": ["Put the coffee by the form, not after it"],
    "voicmail": ["Read the voicemail greeting aloud"],
    "intrepeter": ["Put the coffee by the form, not after it"],
    "hudle": ["A weekly huddle"],
    "txet": ["Name the clinician in the reminder"],
    "rdie": ["Rides on Tuesday"],
    "wram cal": ["1.2 One warm call", "Read the voicemail greeting aloud"],
    "imterpretar": ["Put the coffee by the form, not after it"],
    "coffee huddle": ["Put the coffee by the form, not after it", "A weekly huddle"],  # none has both; one was stolen
    "placard": ["1.1 Same-day walk-in block"],
    "waiting room": ["1.1 Same-day walk-in block"],
    "farmers dwan": ["1.1 Same-day walk-in block"],
    "files example": [],
    "quagga": [],
    "zebra": [],
}
HOSTILE = (
    '"', "*", "NEAR(", "'", "a OR", "title : x", "-", "^", "(()", "\\", "%_", "& | !", ":*", "\x00", "🙂", "ﷺ", "漢字",
    "a" * 2000, "a " * 1000, "call " * 400, " ".join(f"w{number}" for number in range(400)), "the of and",
    "\ud800", "İ", "½", "''", "<!channel>", "NULL", "call\ncall\tcall",
)  # fmt: skip


@pytest.fixture(scope="module")
def record() -> Iterator[Store]:
    """A town's record, with these ideas in it."""
    with towns.asleep() as here:
        store = Store(here.database)
        filled(store)
        yield store
        store.close()


def test_words_are_folded_the_same_whoever_wrote_them() -> None:
    folded = {
        "Über-prüft": "uber pruft", "don't  don’t": "dont dont", "NIÑO": "nino", "Straße": "strasse", "Ærø": "aero",
        "24h, 1.2": "24h 1 2", "a_b": "a b", "🙂": "", "Łódź": "lodz", "x" * 99: "x" * 64,
    }  # fmt: skip
    stems = {
        "calls": "call", "calling": "call", "called": "call", "planning": "plan", "families": "famil", "boxes": "box",
        "string": "string", "status": "status", "class": "class", "need": "need", "bus": "bus", "niños": "niños",
    }  # fmt: skip

    assert {text: " ".join(folding.words(text)) for text in folded} == folded
    assert {word: folding.stem(word) for word in stems} == stems


def test_slips_are_forgiven_more_of_them_in_longer_words_and_the_likeliest_comes_first() -> None:
    known = [
        "interpreter",
        "text",
        "call",
        "calendar",
        "coffee",
        "come",
        "cafe",
        "ride",
        "rides",
        "huddle",
        "what",
        "11",
    ]
    meant = {
        "interpreter": "intrepreter nterpreter iinterpreter interprter imterpreter interpretre intrep imte".split(),
        "interpreter ": "imterpretar intrepeter xnterpretar".split(),
        "text": ["txt", "txet", "txeet"], "ride rides": ["rdie", "rde"], "huddle": ["hudle"],
        "coffee come cafe": ["cofe"], "call calendar": ["calm"], "": ["ti", "tnie", "phone", "wath", "118"],
    }  # fmt: skip

    for words, slips in meant.items():
        assert {typed: folding.guesses(typed, known) for typed in slips} == {typed: words.split() for typed in slips}


def test_ideas_are_found_by_words_best_first(record: Store) -> None:
    with record.reading() as session:
        assert {typed: titles(session, Wish(typed)) for typed in WORDS} == WORDS


def test_what_a_misspelt_word_meant_and_that_none_has_all_words_is_told(record: Store) -> None:
    with record.reading() as session:
        misspelt = idea_search.search(session, [1], Wish("intrep"))
        loose = idea_search.search(session, [1], Wish("coffee huddle"))

    assert [term.meant for term in misspelt.terms] == [("interpreters",)]
    assert (misspelt.loosely, loose.loosely) == (False, True)


def test_no_query_fails_and_words_that_stand_everywhere_are_none(record: Store) -> None:
    with record.reading() as session:
        for typed in HOSTILE:
            idea_search.search(session, [1], Wish(typed))

        assert idea_search.search(session, [1], Wish("the of")).of == idea_search.search(session, [1], Wish()).of == 7


def test_without_words_the_newest_or_the_most_stolen_come_first_and_a_page_goes_on_from_the_last(
    record: Store,
) -> None:
    with record.reading() as session:
        assert titles(session, Wish(order=NEWEST))[:2] == ["A weekly huddle", "Rides on Tuesday"]
        assert titles(session, Wish(order=STOLEN))[:2] == ["Rides on Tuesday", SHARED[0][1]]
        pages = [idea_search.search(session, [1], Wish(), start=start, most=3) for start in (0, 3, 6, 9)]

    assert [page.of for page in pages] == [7, 7, 7, 0]
    assert len({row for page in pages for row in page.rows}) == 7


def test_filters_leave_out_what_does_not_fit(record: Store) -> None:
    fitting = {
        Wish(driver=1): {"Rides on Tuesday", "1.1 Same-day walk-in block", "1.2 One warm call"},
        Wish(driver=99): set[str](),
        Wish(organization="fqhc"): {title for team, title, _ in SHARED if team == PRAIRIE},
        Wish(organization="community_mental_health"): {*(SHARED[0][1], SHARED[1][1]), "1.1 Same-day walk-in block"},
        Wish(untried_by=(ALDER,)): {SHARED[2][1], SHARED[4][1], "1.2 One warm call"},
        Wish(worked=True, teams=(PRAIRIE,)): {SHARED[0][1], SHARED[1][1], "Rides on Tuesday"},
        Wish(worked=True, teams=(ALDER,)): {title for team, title, _ in SHARED if team == PRAIRIE} - {SHARED[4][1]},
        Wish(worked=True, organization="community_mental_health"): {SHARED[0][1], SHARED[1][1], "Rides on Tuesday"},
        Wish(worked=True, organization="fqhc"): {SHARED[2][1], SHARED[3][1]},
        Wish("call", untried_by=(ALDER,)): {"A weekly huddle", "1.2 One warm call"},
    }

    with record.reading() as session:
        assert {wish: set(titles(session, wish)) for wish in fitting} == fitting
        assert idea_search.search(session, [2], Wish("coffee")).of == 0  # a collaborative looks at its own


def test_teams_that_have_it_from_those_who_shared_it_again_are_counted_after_its_own(record: Store) -> None:
    with record.rehearsal() as session:
        rides = session.exec(select(Idea).where(Idea.title == "Rides on Tuesday")).one()
        elm = Team.model_validate({**session.get_one(Team, PRAIRIE).model_dump(exclude={"id"}), "name": "Elm"})
        session.add(elm)
        again = shared(session, ALDER, "Rides at noon", "The same, later")
        again.origin_id = rides.id
        session.flush()
        stolen(session, again, elm.id or 0, number=1, decision="")

        assert (
            idea_facts.spread(session, rides)["tally"] == "tried by 1 team: 1 adopted, and 1 more through Alder & Main"
        )


def test_ideas_like_what_somebody_is_about_to_share_are_near(record: Store) -> None:
    alike = {
        "We put the coffee right beside the form": [SHARED[0][1]],
        "Families were given rides by a driver, and we asked about transport": ["Rides on Tuesday"],
        "The families like the coffee": [], "Coffee": [], "": [], "the of and": [], "Something else altogether": [],
    }  # fmt: skip

    with record.reading() as session:
        assert {words: [one.title for one in idea_search.near(session, 1, words)] for words in alike} == alike


def test_what_is_changed_taken_back_or_taken_down_is_found_as_it_is_now_and_leaves_no_word(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'allteach.db'}")
    schema.upgrade(store)
    with store.transaction() as session:
        loader.load(session, reader.read(towns.SMALL_TOWN, "town.yaml"), now=NOW)
        told = [
            shared(session, ALDER, title, f"{title} quokka")
            for title in ("Edited wombat", "Withdrawn wombat", "Purged wombat")
        ]
    with store.transaction() as session:
        edited, withdrawn, purged = (ideas.get(session, idea.id or 0) for idea in told)
        idea_edits.edit(session, edited, {"title": "Kept", "what": "Kept"}, began=1, seen=1, by=1, now=NOW)
        idea_edits.withdraw(session, withdrawn, NOW)
        idea_edits.purge(session, purged, NOW)
        session.flush()

        assert titles(session, Wish("wombat")) == titles(session, Wish("quokka")) == []
        assert titles(session, Wish("kept")) == ["Kept"]
        assert not session.exec(select(IdeaWord).where(col(IdeaWord.word).in_(("wombat", "quokka")))).all()
        assert {row.words for row in session.exec(select(IdeaText).where(IdeaText.id > 0))} == {"kept kept"}
        purged_for_good = session.get_one(Idea, edited.id)
        for change in idea_edits.changes_since(session, purged_for_good, 0):
            session.delete(change)
        withdrawn.title = withdrawn.what = ""
    store.wipe()
    store.close()

    assert b"wombat" not in (tmp_path / "allteach.db").read_bytes().lower()


def test_ideas_of_before_there_was_a_search_are_found_too(tmp_path: Path) -> None:
    folder = shutil.copytree(schema.FOLDER, tmp_path / "migrations")
    (index,) = (folder / "versions").glob("*_idea_index.py")
    for later in (one for one in (folder / "versions").glob("[0-9]*.py") if one.name >= index.name):
        later.unlink()
    newest, record = Store(f"sqlite:///{tmp_path}/newest.db"), Store(f"sqlite:///{tmp_path}/old.db")
    schema.upgrade(newest)
    schema.upgrade(record, folder)
    filled_anew(newest)
    as_of_old(newest, record)

    schema.upgrade(record)

    with newest.reading() as before, record.reading() as session:
        assert everything(session) == everything(before)
        assert titles(session, Wish("warm call")) == WORDS["warm call"]
    newest.close()
    record.close()


@pytest.mark.postgres
def test_both_databases_find_the_same(record: Store) -> None:
    other = Store(databases.server().shaped())
    filled_anew(other)
    with record.reading() as here, other.reading() as there:
        for wish in (*map(Wish, (*WORDS, *HOSTILE)), Wish(worked=True), Wish(driver=1), Wish(order=STOLEN)):
            assert titles(here, wish) == titles(there, wish), wish
        rides = select(Idea).where(Idea.title == "Rides on Tuesday")
        tallies = [idea_steals.tally_of(session, session.exec(rides).one()) for session in (here, there)]
        assert tallies == ["tried by 1 team: 1 adopted"] * 2
    other.close()


def titles(session: Session, wish: Wish) -> list[str]:
    """What is found, by what it is called."""
    rows = idea_search.search(session, [1], wish, most=20).rows
    return [
        session.get_one(Idea, row).title if row > 0 else "{0.code} {0.name}".format(session.get_one(ChangeIdea, -row))
        for row in rows
    ]


def everything(session: Session) -> list[tuple[object, ...]]:
    """The whole index."""
    texts = [(row.id, row.title, row.words) for row in session.exec(select(IdeaText).order_by(col(IdeaText.id)))]
    return [*texts, *((row.word, row.times) for row in session.exec(select(IdeaWord).order_by(col(IdeaWord.word))))]


def filled_anew(store: Store) -> None:
    """A record of nothing but the town's collaborative, and the ideas."""
    with store.transaction() as session:
        loader.load(session, reader.read(towns.SMALL_TOWN, "town.yaml"), now=NOW)
    filled(store)


def filled(store: Store) -> None:
    """The shared ideas, one of them adopted by another team, another one just taken, and a test out of the package."""
    with store.transaction() as session:
        told = [shared(session, team, title, what) for team, title, what in SHARED]
        told[3].driver_id, told[4].kind = 1, ideas.DID_NOT_WORK
        stolen(session, told[3], ALDER, number=1, decision="adopt")
        stolen(session, told[0], PRAIRIE, number=1, decision="")
        session.add(cycle(ALDER, number=2, idea_id=1))
        walk_in = session.get_one(ChangeIdea, 1)
        walk_in.links = ["The placard: https://files.example/F1/waiting-room.pdf"]
        prairie = session.get_one(Team, PRAIRIE)
        adaptations.tell(session, walk_in, prairie, "Farmers come at dawn", by=1, now=NOW)
        adaptations.purge(
            session, adaptations.tell(session, walk_in, session.get_one(Team, ALDER), "Quagga", by=1, now=NOW)
        )


def shared(session: Session, team: int, title: str, what: str) -> Idea:
    idea = Idea(collaborative_id=1, team_id=team, person_id=1, title=title, what=what, shared_at=NOW)
    ideas.share(session, idea)
    return idea


def stolen(session: Session, idea: Idea, team: int, *, number: int, decision: str) -> None:
    test = cycle(team, number=number, decision=decision, stage="act" if decision else "plan")
    session.add(test)
    session.flush()
    session.add(Steal(idea_id=idea.id or 0, team_id=team, person_id=1, cycle_id=test.id or 0, at=NOW))


def cycle(team: int, *, number: int, idea_id: int | None = None, decision: str = "", stage: str = "plan") -> Cycle:
    return Cycle(
        collaborative_id=1, team_id=team, number=number, owner_id=1, idea_id=idea_id, change="As they did",
        prediction="It works", due=NOW.date(), stage=stage, decision=decision, started_at=NOW,
    )  # fmt: skip
