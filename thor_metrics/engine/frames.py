"""Answers of any engine as a DataFrame with one meaning per type."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import pyarrow as pa

__all__ = ["frame"]

_NULLABLE: Final = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def frame(answer: pa.Table) -> pd.DataFrame:
    """Arrow to pandas with one meaning per type; sizes of integers and decimals disappear."""
    series: dict[str, Any] = {}
    for field, column in zip(answer.schema, answer.columns, strict=True):
        kind = field.type
        if pa.types.is_integer(kind):
            wide = column.cast(pa.int64())
            series[field.name] = (
                wide.to_pandas(types_mapper=_NULLABLE.get) if column.null_count else wide.to_numpy()
            )
        elif pa.types.is_decimal(kind):
            series[field.name] = column.cast(pa.float64()).to_numpy()
        elif pa.types.is_boolean(kind) and column.null_count:
            series[field.name] = column.to_pandas(types_mapper=_NULLABLE.get)
        elif pa.types.is_date(kind):
            series[field.name] = column.cast(pa.timestamp("us")).to_pandas()
        elif pa.types.is_timestamp(kind):
            zone = None if kind.tz is None else "UTC"
            series[field.name] = column.cast(pa.timestamp("us", tz=zone)).to_pandas()
        elif pa.types.is_null(kind):
            series[field.name] = pd.array([pd.NA] * len(column), dtype="str")
        elif pa.types.is_dictionary(kind):
            series[field.name] = column.cast(pa.string()).to_pandas().astype("str")
        else:
            series[field.name] = column.to_pandas()
    return pd.DataFrame(series, columns=answer.column_names)
