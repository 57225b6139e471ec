"""``python -m thor_metrics [--data DIR] [--settings FILE] COMMAND``.

Exit status 0 is success, 1 a refusal in Dutch, 2 wrong usage.
"""

from __future__ import annotations

from thor_metrics.cli import main

if __name__ == "__main__":
    main()
