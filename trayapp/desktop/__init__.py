"""SHOWS: the icon, the tray, the notices. Nothing here decides; everything here may fail without harming the engine."""
