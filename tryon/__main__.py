"""`python -m tryon`."""

import sys

from tryon.cli.main import main

sys.exit(main())
