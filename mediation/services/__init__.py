"""Acts of the micro-home."""
