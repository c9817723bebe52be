"""The played year of Open Door: who does what when, done through the bot as people do it, and ticked as it ticks."""
