"""Where frames come from: pictures, animations, videos and cameras. A new kind is one file in this folder."""

from tryon.capture.picture import read_image
from tryon.capture.source import SOURCES, Source, Wish, open_source

__all__ = ["SOURCES", "Source", "Wish", "open_source", "read_image"]
