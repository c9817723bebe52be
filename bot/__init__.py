"""What the bot knows: rules, record, and the few machines everything stands on."""
