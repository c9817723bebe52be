"""How a letter gets to Slack: who may post it, how fast, what became of it."""
