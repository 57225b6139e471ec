"""A seeded sample city: files in the shape of real exports, with a known truth.

The simulator is an outside world. It knows nothing of ``thor_metrics``; its files come in through
the same door as any user's.
"""

from sample_data.write import write_sample_city

__all__ = ["write_sample_city"]
