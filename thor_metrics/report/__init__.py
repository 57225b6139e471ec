"""The half-year report of a gebied: written once, as PDF, Word, Excel and web page."""

from __future__ import annotations

from thor_metrics.report.contents import compose
from thor_metrics.report.document import Document
from thor_metrics.report.facts import Facts
from thor_metrics.report.make import FORMATS, Made, file_name, make

__all__ = ["FORMATS", "Document", "Facts", "Made", "compose", "file_name", "make"]
