"""Products worn on head and hands, one file per kind: where each sits, what hides it, and how it fits."""

from tryon.wear.wearable import WEARABLES, FitReport, View, Wearable

__all__ = ["WEARABLES", "FitReport", "View", "Wearable"]
