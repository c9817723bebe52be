"""What messages and forms show about one noun, and what is said anew when its facts change."""
