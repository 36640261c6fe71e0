"""`python -m intraview.cli` is `iv`."""

import sys

from intraview.cli.main import main

sys.exit(main())
