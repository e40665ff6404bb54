"""Rigs that try the tray on real panels; see matrix.py."""
