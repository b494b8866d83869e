"""Looks and, later, filters: what is worn, as files anyone can write."""

from tryon.filters.look import Look
from tryon.filters.schema import look_schema
from tryon.filters.warm_up import warm_up

__all__ = ["Look", "look_schema", "warm_up"]
