"""One file for each change of the record's shape, applied in order by `bot.schema`."""
