"""Forms in the browser page of the practice Slack: filled by keyboard, refused in words, and closed without a loss."""

import pytest
from playwright.sync_api import Page, expect

from tests.sandbox_desk import Desk, Ear
from tests.sandbox_page import FORM, IDEAS, open_form, open_page
from tests.sandbox_shapes import plain, question

pytestmark = pytest.mark.browser


def test_a_form_is_filled_and_sent_by_keyboard_alone(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    open_page(page, desk, "UANA", team)
    open_form(page, desk, ear)
    expect(page.get_by_label("What will we try?")).to_be_focused()

    page.keyboard.type("Call within a day")
    page.keyboard.press("Tab")
    page.keyboard.type("8 of 10 come")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("03102026")
    page.keyboard.press("Control+Enter")

    [sent] = ear.waits_for("view_submission")
    held = sent["view"]["state"]["values"]
    assert held["what"]["value"]["value"] == "Call within a day"
    assert held["prediction"]["value"]["value"] == "8 of 10 come"
    assert held["scale"]["value"]["selected_option"]["value"] == "five"
    assert held["idea"]["value"]["selected_option"]["value"] == "peer"
    assert held["due"]["value"]["selected_date"] == "2026-03-10"
    typed = [heard["actions"][0]["value"] for heard in ear.events("block_actions")]
    assert typed[-1] == "Call within a day", "the last words typed are told before the form is sent"
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_errors_stand_under_their_field_and_take_the_focus(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    open_page(page, desk, "UANA", team)
    open_form(page, desk, ear)
    ear.answers["view_submission"] = {"response_action": "errors", "errors": {"prediction": "A number says more."}}
    submit = page.get_by_role("button", name="Log it")
    what, prediction = page.get_by_label("What will we try?"), page.get_by_label("What do we predict?")

    submit.click()
    expect(what).to_be_focused()
    expect(what).to_have_accessible_description("Please complete this required field.")
    page.keyboard.type("Call")
    prediction.fill("more")
    submit.click()

    expect(page.get_by_text("A number says more.")).to_be_visible()
    expect(prediction).to_be_focused()
    expect(what).to_have_value("Call")


def test_words_focus_and_caret_survive_an_update_of_the_form(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    open_page(page, desk, "UANA", team)
    view = open_form(page, desk, ear)
    page.get_by_label("What do we predict?").fill("8 of 10")
    page.keyboard.press("ArrowLeft")

    longer = [FORM["blocks"][0], question("asked", label=plain("Who was asked?")), *FORM["blocks"][1:]]
    desk.api("views.update", view_id=view, view={**FORM, "blocks": longer})
    expect(page.get_by_label("Who was asked?")).to_be_visible()
    page.keyboard.type("0")

    expect(page.get_by_label("What do we predict?")).to_have_value("8 of 100")


def test_escape_closes_a_form_and_hands_its_words_to_the_app(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    open_page(page, desk, "UANA", team)
    open_form(page, desk, ear)
    page.get_by_label("What do we predict?").fill("half of a thought")

    page.keyboard.press("Escape")

    [closed] = ear.waits_for("view_closed")
    assert closed["view"]["state"]["values"]["prediction"]["value"]["value"] == "half of a thought"
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_form_on_top_of_another_goes_back_to_it_with_its_words(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    open_page(page, desk, "UANA", team)
    open_form(page, desk, ear)
    page.get_by_label("What will we try?").fill("Call")

    page.get_by_role("button", name="More").click()
    pressed = ear.waits_for("block_actions")[-1]
    desk.api("views.push", trigger_id=pressed["trigger_id"], view={**FORM, "title": plain("On top")})
    expect(page.get_by_role("dialog", name="On top")).to_be_visible()
    page.get_by_role("button", name="Back").click()

    expect(page.get_by_role("dialog", name="Log a PDSA cycle")).to_be_visible()
    expect(page.get_by_label("What will we try?")).to_have_value("Call")


def test_a_menu_that_asks_is_searched_by_keyboard_and_keeps_what_was_chosen(
    page: Page, desk: Desk, team: str, ear: Ear
) -> None:
    ear.answers["block_suggestion"] = {"option_groups": [{"label": plain("Front door"), "options": IDEAS}]}
    asking = question("asked", {"type": "external_select", "min_query_length": 0}, label=plain("Which of many?"))
    open_page(page, desk, "UANA", team)
    view = open_form(page, desk, ear)
    several = {"type": "multi_external_select", "min_query_length": 0, "initial_options": IDEAS[1:]}
    many = question("many", several, label=plain("Which of them?"))
    desk.api("views.update", view_id=view, view={**FORM, "blocks": [asking, many, *FORM["blocks"]]})
    menu, choices = page.get_by_label("Which of many?"), page.get_by_role("listbox", name="Choices")

    menu.click()
    expect(choices.get_by_role("option")).to_have_text(["1.1 Walk-in", "2.1 Peer call"])
    page.keyboard.press("Escape")
    expect(choices).to_be_hidden()
    page.keyboard.type("pe")
    expect(choices).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(menu).to_have_value("2.1 Peer call")
    page.keyboard.type(" and more")
    page.get_by_label("What will we try?").fill("Call")
    expect(menu).to_have_value("2.1 Peer call")  # half a word is no choice
    page.get_by_label("Which of them?").click()
    choices.get_by_role("option", name="1.1 Walk-in").click()
    page.get_by_role("checkbox", name="2.1 Peer call").click()
    expect(page.get_by_role("checkbox", name="1.1 Walk-in")).to_be_checked()
    page.get_by_label("What do we predict?").fill("8 of 10")
    page.keyboard.press("Control+Enter")

    [sent] = ear.waits_for("view_submission")
    assert sent["view"]["state"]["values"]["asked"]["value"]["selected_option"] == IDEAS[1]
    assert sent["view"]["state"]["values"]["many"]["value"]["selected_options"] == IDEAS[:1]
    assert "pe" in [asked["value"] for asked in ear.events("block_suggestion")]
