"""``python -m trayapp`` is the command ``fanal``."""

import sys

from trayapp.cli import main

sys.exit(main())
