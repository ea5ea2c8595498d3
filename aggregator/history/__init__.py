"""Every recorded month in SQLite."""
