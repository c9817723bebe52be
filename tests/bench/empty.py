"""What we stand on: a bare Bolt app whose handlers are empty, in the mode we run in."""

import sys

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from tests.bench.processes import wait_to_be_stopped


def main(url: str) -> None:
    """Acknowledge, and do nothing else."""
    app = App(client=WebClient("xoxb-empty", base_url=f"{url}/api/"), process_before_response=True)

    @app.command("/pdsa")
    def command(ack: Ack) -> None:
        ack()

    @app.view("pdsa.start")
    def submitted(ack: Ack) -> None:
        ack()

    SocketModeHandler(app, "xapp-empty").connect()
    wait_to_be_stopped()


if __name__ == "__main__":
    main(sys.argv[1])
