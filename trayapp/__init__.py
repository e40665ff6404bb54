"""Fanal: is it me, or is it them? A tray monitor for the platforms people live by."""

__version__ = "0.1.0"
