"""What people do in Slack: one noun each, `register(app)` and thin functions."""
