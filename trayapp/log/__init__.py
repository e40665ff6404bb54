"""TELLS THE PAST. The history as a person looks at it: rows, strips, filters, stories, charts. Reads; asks nobody."""
