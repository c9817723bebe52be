"""What the clock has to say: planned, held back, sent at once, skipped when it is too late, and looked back on."""
