"""The judge's room: pure values and functions. No I/O, no clock, no thread, no randomness, no sentences."""
