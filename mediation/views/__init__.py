"""Pages of the micro-home."""
