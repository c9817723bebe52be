"""Forms in the practice Slack, with a real Bolt app on the other side."""

from collections.abc import Iterator

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.sandbox_desk import Desk, at_desk, bolt_app, bolted, listening, shows
from tests.sandbox_shapes import Json, actions, button, home, modal, plain, question, section


@pytest.fixture
def desk() -> Iterator[Desk]:
    with at_desk() as desk:
        yield desk


def opens(app: App, view: Json) -> App:
    """Give an app a command that opens this view."""

    @app.command("/form")
    def open_form(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    return app


def test_a_form_is_opened_corrected_and_saved(desk: Desk) -> None:
    ana = desk.person("ana")
    team = desk.channel("team-alder", ana)
    app, submitted = opens(bolt_app(desk), modal(question("change"))), []

    @app.view("form")
    def save(ack: Ack, view: Json, client: WebClient) -> None:
        change = view["state"]["values"]["change"]["value"]["value"]
        submitted.append(change)
        if change == "Everything":
            ack(response_action="errors", errors={"change": "Try one thing first."})
            return
        client.chat_postMessage(channel=team, text=f"Saved: {change}")
        ack()

    with bolted(desk, app):
        desk.act(ana, "command", channel=team, command="/form", text="")
        opened = desk.sees(ana)["modal"]
        empty = desk.act(ana, "submit")
        too_much = desk.act(ana, "submit", values={"change": "Everything"})
        errors_shown = desk.sees(ana)["modal"]["errors"]
        saved = desk.act(ana, "submit", values={"change": "One warm call"})

    assert opened["title"]["text"] == "A form"
    assert empty["errors"] == {"change": "Please complete this required field."}
    assert too_much["errors"] == errors_shown == {"change": "Try one thing first."}
    assert submitted == ["Everything", "One warm call"]
    assert saved["ok"]
    assert desk.sees(ana)["modal"] is None
    assert [said["text"] for said in desk.messages(ana, team)] == ["Saved: One warm call"]


def test_a_form_that_reacts_while_one_types_keeps_what_was_typed(desk: Desk) -> None:
    ana = desk.person("ana")
    listen = {"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    view = modal(question("change", listen, dispatch_action=True), question("why"))
    app, actions = opens(bolt_app(desk), view), []

    @app.action("value")
    def preview(ack: Ack, body: Json, client: WebClient) -> None:
        actions.append(body["actions"][0])
        shown = [*view["blocks"], section(f"You wrote {body['actions'][0]['value']}")]
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view={**view, "blocks": shown})
        ack()

    with bolted(desk, app):
        desk.act(ana, "command", command="/form")
        desk.act(ana, "type", block_id="why", value="Because")
        typed = desk.act(ana, "type", block_id="change", value="One", enter=False)
    form = desk.sees(ana)["modal"]

    assert typed["acked"]
    assert actions[0].keys() == {"type", "block_id", "action_id", "value", "action_ts"}
    assert form["blocks"][-1]["text"]["text"] == "You wrote One"
    assert form["state"]["values"]["why"]["value"] == {"type": "plain_text_input", "value": "Because"}
    assert form["state"]["values"]["change"]["value"]["value"] == "One"


@pytest.mark.parametrize(("enter", "heard"), [(True, 1), (False, 0)])
def test_words_reach_the_app_at_enter_unless_the_input_asks_for_every_character(
    desk: Desk, enter: bool, heard: int
) -> None:
    ana = desk.person("ana")
    shows(desk, ana, modal(question("change", dispatch_action=True)))

    with listening(desk) as ear:
        desk.act(ana, "type", block_id="change", value="One", enter=enter)

    assert len(ear.events("block_actions")) == heard


def test_a_form_is_changed_in_place_laid_over_and_cleared(desk: Desk) -> None:
    ana = desk.person("ana")
    shows(desk, ana, modal(question("first")))

    with listening(desk) as ear:
        ear.answers["view_submission"] = {"response_action": "update", "view": modal(question("second"))}
        desk.act(ana, "submit", values={"first": "x"})
        updated = desk.sees(ana)
        ear.answers["view_submission"] = {"response_action": "push", "view": modal(question("third"))}
        desk.act(ana, "submit", values={"second": "x"})
        pushed = desk.sees(ana)
        ear.answers["view_submission"] = {"response_action": "clear"}
        desk.act(ana, "submit", values={"third": "x"})
        cleared = desk.sees(ana)

    assert (updated["modal"]["blocks"][0]["block_id"], updated["modal_depth"]) == ("second", 1)
    assert (pushed["modal"]["blocks"][0]["block_id"], pushed["modal_depth"]) == ("third", 2)
    assert pushed["modal"]["previous_view_id"] == updated["modal"]["id"] == pushed["modal"]["root_view_id"]
    assert (cleared["modal"], cleared["modal_depth"]) == (None, 0)


def test_three_forms_lie_on_one_another_and_no_fourth(desk: Desk) -> None:
    ana = desk.person("ana")
    pressable = modal(question("first"), actions(button("more")))
    shows(desk, ana, pressable)

    with listening(desk) as ear:
        answers = []
        for _ in range(3):
            desk.act(ana, "click", view=True, action_id="more")
            trigger = ear.events("block_actions")[-1]["trigger_id"]
            answers.append(desk.api("views.push", trigger_id=trigger, view=pressable).get("error", "ok"))

    assert answers == ["ok", "ok", "push_limit_reached"]
    assert desk.sees(ana)["modal_depth"] == 3


@pytest.mark.parametrize(("notify", "heard"), [(True, ["typed so far"]), (False, [])])
def test_closing_is_told_with_what_was_typed_where_the_form_asks_for_it(
    desk: Desk, notify: bool, heard: list[str]
) -> None:
    ana = desk.person("ana")
    shows(desk, ana, modal(question("change"), notify_on_close=notify))

    with listening(desk) as ear:
        desk.act(ana, "type", block_id="change", value="typed so far")
        desk.act(ana, "close")

    told = [payload["view"]["state"]["values"]["change"]["value"]["value"] for payload in ear.events("view_closed")]
    assert told == heard
    assert desk.sees(ana)["modal"] is None


def test_closing_all_tells_of_the_first_form_and_that_it_was_cleared(desk: Desk) -> None:
    ana = desk.person("ana")
    shows(desk, ana, modal(question("first"), notify_on_close=True, callback_id="root"))

    with listening(desk) as ear:
        ear.answers["view_submission"] = {"response_action": "push", "view": modal(question("second"))}
        desk.act(ana, "submit", values={"first": "x"})
        desk.act(ana, "close", all=True)

    (closed,) = ear.events("view_closed")
    assert (closed["view"]["callback_id"], closed["is_cleared"]) == ("root", True)


def test_errors_for_a_box_that_is_not_there_leave_the_form_open_with_a_notice(desk: Desk) -> None:
    ana = desk.person("ana")
    shows(desk, ana, modal(question("change")))

    with listening(desk) as ear:
        ear.answers["view_submission"] = {"response_action": "errors", "errors": {"elsewhere": "No."}}
        desk.act(ana, "submit", values={"change": "x"})

    seen = desk.sees(ana)
    assert seen["modal"] is not None
    assert "elsewhere" in seen["notices"][-1]["text"]


def test_a_form_nobody_answers_stays_open_and_says_so(desk: Desk) -> None:
    ana = desk.person("ana")
    shows(desk, ana, modal(question("change")))
    desk.post("limits", ack_seconds=0.05)

    with listening(desk) as ear:
        ear.deaf = True
        answer = desk.act(ana, "submit", values={"change": "x"})

    assert (answer["acked"], answer["reason"]) == (False, "operation_timeout")
    assert desk.sees(ana)["modal"]["state"]["values"]["change"]["value"]["value"] == "x"


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        ("use it twice", "exchanged_trigger_id"),
        ("wait too long", "expired_trigger_id"),
        ("invent it", "invalid_trigger_id"),
    ],
)
def test_a_trigger_lives_a_moment_and_works_once(desk: Desk, spoil: str, error: str) -> None:
    ana = desk.person("ana")
    with listening(desk) as ear:
        desk.act(ana, "command", command="/form")
        trigger = ear.events("/form")[0]["trigger_id"]
    if spoil == "use it twice":
        desk.api("views.open", trigger_id=trigger, view=modal(question("change")))
    if spoil == "wait too long":
        desk.post("expire_triggers")

    wanted = "1.2.made-up" if spoil == "invent it" else trigger
    answer = desk.api("views.open", trigger_id=wanted, view=modal(question("change")))

    assert answer == {"ok": False, "error": error}


def test_an_update_that_knows_only_an_older_form_is_refused(desk: Desk) -> None:
    ana = desk.person("ana")
    shows(desk, ana, modal(question("change"), external_id="mine"))
    old = desk.sees(ana)["modal"]

    first = desk.api("views.update", external_id="mine", hash=old["hash"], view=modal(question("change")))
    second = desk.api("views.update", view_id=old["id"], hash=old["hash"], view=modal(question("change")))

    assert first["ok"]
    assert second["error"] == "hash_conflict"


def test_a_bolt_app_hears_why_slack_refused_its_form(desk: Desk) -> None:
    client = WebClient(token="xoxb-desk", base_url=f"{desk.url}/api/")

    with pytest.raises(SlackApiError) as refused:
        client.views_open(trigger_id="1.2.3", view=modal(question("change"), title=plain("x" * 25)))

    assert refused.value.response["error"] == "invalid_arguments"
    (message,) = refused.value.response["response_metadata"]["messages"]
    assert message.endswith("[json-pointer:/view/title/text]")


def test_a_home_tab_is_published_opened_and_pressed(desk: Desk) -> None:
    ana = desk.person("ana")
    with listening(desk) as ear:
        desk.act(ana, "home")
        published = desk.api("views.publish", user_id=ana, view=home(actions(button("go"))))
        desk.act(ana, "home")
        desk.act(ana, "click", home=True, action_id="go")

    first, second = (payload["event"] for payload in ear.events("app_home_opened"))
    (press,) = ear.events("block_actions")
    assert (first["tab"], "view" in first) == ("home", False)
    assert second["view"]["id"] == published["view"]["id"] == desk.sees(ana)["home"]["id"]
    assert press["container"] == {"type": "view", "view_id": published["view"]["id"]}
