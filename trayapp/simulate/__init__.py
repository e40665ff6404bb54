"""A small internet in the process, played from a file: for the demo, and for the tests of the judge."""
