"""The command line: `allteach …`, also `python -m bot …`; stdout is only the command's answer, logs go to stderr."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.errors import BotError

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

collaborative = typer.Typer(no_args_is_help=True, help="A whole collaborative at once.")
cli.add_typer(collaborative, name="collaborative")
engagement = typer.Typer(no_args_is_help=True, help="Who is still with us.")
cli.add_typer(engagement, name="engagement")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"allteach {version('allteach')}")
        raise typer.Exit


@cli.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="say which one this is, and stop")
    ] = False,
) -> None:
    """The command line: `allteach …`, also `python -m bot …`; stdout is the command's answer, logs go to stderr."""


def main() -> None:
    """Run one command; what a person has to know is a sentence on stderr, and exit 1."""
    from bot import logs

    logs.configure()
    try:
        cli()
    except BotError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None


@cli.command()
def run() -> None:
    """The bot on Slack, until SIGTERM."""
    from bot import running, settings

    running.run(settings.read())


@cli.command()
def doctor() -> None:
    """What works and what needs a person, a line each; exit 1 if anything does."""
    from bot import settings
    from bot.commands import checks, doctor

    findings = []
    for finding in doctor.examine(settings.read()):
        print(finding, flush=True)
        findings.append(finding)
    if any(finding.state == checks.NEEDS_YOU for finding in findings):
        raise SystemExit(1)


@cli.command()
def tick(
    at: Annotated[str | None, typer.Option(help="the instant, with its offset")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="print what would be said to whom and why")] = False,
) -> None:
    """Everything due at an instant, once."""
    from bot import running, settings
    from bot.commands import rehearsing, ticking

    read = settings.read()
    instant = ticking.instant(at) if at else None
    if dry_run:
        whom = []
        for line in ticking.rehearsed(ticking.rehearsing_at(read, instant)):
            print(json.dumps(line, ensure_ascii=False))
            whom.append(line["to"])
        for sentence in (rehearsing.counted(whom, at or "now"), *rehearsing.before_launch(read)):
            print(sentence, file=sys.stderr)
        return
    ticking.must_not_tell_the_future(read, instant)
    with running.using(read) as kit:
        left = ticking.settled(kit, instant)
    if str(left):
        print(left, file=sys.stderr)
        raise SystemExit(1)


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="where the practice Slack listens, on this machine only")] = 3000,
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            metavar="DATE",
            help="a day from 2026-01-05 to 2026-12-09, or an hour of one (2026-06-18T14:00); else 2026-02-01T12:05",
        ),
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="open the link")] = True,
) -> None:
    """A practice Slack in the browser with the bot in it; needs no account, no token, no network."""
    from bot import running
    from bot.commands import demo

    demo.run(port, at, running.stop_on_signals(), open_browser=browser)


@cli.command()
def manifest(
    mode: Annotated[
        Literal["socket", "http"], typer.Option(help="how Slack reaches the bot; for http, put your own address in")
    ] = "socket",
) -> None:
    """The Slack app manifest, for Slack's Create from manifest."""
    from bot.commands import manifest

    print(json.dumps(manifest.manifest(mode), indent=2))
    if mode == "http":
        print(manifest.OWN_ADDRESS, file=sys.stderr)


@collaborative.command("load")
def collaborative_load(
    file: Annotated[Path, typer.Argument(help="the collaborative file, YAML")],
    launch: Annotated[bool, typer.Option("--launch", help="also invite and welcome everybody")] = False,
) -> None:
    """Store a collaborative file and say what changed; any fault stores nothing and exits 2."""
    from bot import running, settings
    from bot.commands import setting_up
    from bot.domain.collaborative_file import reader
    from bot.domain.loading.channels import ChannelTaken
    from bot.domain.loading.people import NamedTwice

    load = setting_up.load_and_launch if launch else setting_up.load
    try:
        read = reader.open_file(file)
        with running.using(settings.read()) as kit:
            said = load(kit.store, read, now=kit.now())
            print("\n".join([*said, *setting_up.way_on(kit.store, read, now=kit.now())]))
    except (reader.FileFaults, ChannelTaken, NamedTwice) as faults:
        print(faults, file=sys.stderr)
        raise SystemExit(2) from None


@cli.command()
def runchart(
    file: Annotated[Path, typer.Argument(help="a CSV file with the headings x,value or x,numerator,denominator")],
    rules: Annotated[Literal["anhoej", "perla"], typer.Option(help="which rules make a signal")] = "anhoej",
    baseline: Annotated[int | None, typer.Option(min=1, help="the median is that of the first N rows")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the figures as JSON")] = False,
    png: Annotated[Path | None, typer.Option(help="also draw it into this file")] = None,
) -> None:
    """Median, runs and signals of a column of values; an empty cell is a missing month.

    The first line has the headings x,value or x,numerator,denominator, in any case; of two columns other names do too.
    Exits with 0 where the file was read, signal or none, and with 2 where it wasn't, each fault named by its line.
    """
    from bot.commands import charting
    from bot.domain.runchart_file import FileFaults

    try:
        chart = charting.charted(file, rules, baseline)
    except FileFaults as faults:
        print(faults, file=sys.stderr)
        raise SystemExit(2) from None
    if png:
        charting.save(chart, png)
    print(json.dumps(charting.figures(chart)) if as_json else charting.told(chart))


@engagement.command("evaluate")
def engagement_evaluate(
    file: Annotated[Path, typer.Argument(help="a CSV file, also .gz, with the headings unit,group,week,met")],
    horizon: Annotated[int, typer.Option(min=1, max=520, help="how many weeks are foreseen")] = 8,
    prior: Annotated[
        Literal["default", "fit"], typer.Option(help="what is taken for known beforehand: from elsewhere, or fitted")
    ] = "default",
    as_json: Annotated[bool, typer.Option("--json", help="print the figures as JSON")] = False,
) -> None:
    """How well the engagement engine and two plain rules foresee who falls silent."""
    from bot.commands import evaluating
    from bot.domain.runchart_file import FileFaults

    try:
        found = evaluating.evaluated(file, horizon, prior)
    except FileFaults as faults:
        print(faults, file=sys.stderr)
        raise SystemExit(2) from None
    print(json.dumps(evaluating.figures(found)) if as_json else evaluating.told(found, horizon, prior))


@cli.command()
def preview(
    message: Annotated[str | None, typer.Argument(help="its name; without one, all names are listed")] = None,
) -> None:
    """One message or form of the gallery as JSON, ready for Block Kit Builder."""
    from bot import gallery
    from bot.templates import Templates

    if message is None:
        print("\n".join(gallery.names()))
        return
    print(json.dumps(gallery.rendered(Templates(), message), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
