"""Where results go: pictures and videos that appear whole or not at all. A new kind is one file in this folder."""

from tryon.encode.image import write_image
from tryon.encode.video import VideoWriter
from tryon.encode.writer import WRITERS, Delivery, Writer, open_writer

__all__ = ["WRITERS", "Delivery", "VideoWriter", "Writer", "open_writer", "write_image"]
