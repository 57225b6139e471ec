"""Steps from one edition of the ledger's tables to the next; each runs once, in order.

A step is never changed after a release: databases out there have already taken it. A new one gets
the next number, and the test that compares the outcome with the models tells what it must hold.
"""

from __future__ import annotations
