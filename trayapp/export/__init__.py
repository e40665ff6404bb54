"""HANDS OUT. The history in forms that other programs and people can keep."""
