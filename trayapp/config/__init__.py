"""Strict TOML → values of the core. Every problem of a file is told at once, each with file:line and what to do."""

from trayapp.config.platforms import BUILT_IN, load_controls, load_platforms
from trayapp.config.reader import Problem
from trayapp.config.settings import Settings, load_settings

__all__ = ["BUILT_IN", "Problem", "Settings", "load_controls", "load_platforms", "load_settings"]
