"""The thin server: the shopper's own frames come in, the same frames wearing the product go back."""

from tryon.server.app import create_app
from tryon.server.settings import Settings

__all__ = ["Settings", "create_app"]
