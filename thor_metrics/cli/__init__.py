"""The command line."""

from __future__ import annotations

from thor_metrics.cli.commands import app, main

__all__ = ["app", "main"]
