"""What is done with ledgers: taking files in, checking, writing, taking back, exporting, keeping."""
