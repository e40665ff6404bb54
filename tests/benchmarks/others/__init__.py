"""The published rules of other monitors, each a pure function from one state and one check to the next."""
