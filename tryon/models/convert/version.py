"""Part of every converted file's name: raise it when what is emitted changes."""

from typing import Final

CONVERTER_VERSION: Final = 3
