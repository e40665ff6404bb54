"""The room that speaks: codes and parameters → sentences. English in the source, other languages by gettext."""
