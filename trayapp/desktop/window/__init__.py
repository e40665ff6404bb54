"""The log window: thin Tk in a process of its own. Only ``fanal window`` imports it; the tray program never does."""
