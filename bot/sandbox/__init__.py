"""The practice Slack: a small Slack in one process, for trying things out and for tests; it knows only Slack."""
