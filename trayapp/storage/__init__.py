"""REMEMBERS. One SQLite file: one writer (``database``), many readers (``history``)."""
