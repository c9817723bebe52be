"""What the clock does: one noun each, `register(scheduler, kit)` and the tick."""
