"""Rigs that build what is handed out, install it, and start it: see pyinstaller.py and debian.py."""
