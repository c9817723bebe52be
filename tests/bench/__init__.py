"""How quick the bot is, measured against what it stands on in the same run; `make bench` prints it."""
