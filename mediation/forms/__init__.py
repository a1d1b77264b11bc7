"""Forms of the micro-home."""
