import re
from urllib.parse import urlsplit

import pytest

from tryon.errors import ModelError, UnknownNameError
from tryon.models.manifest import manifest, read_manifest
from tryon.resources import content

HEX = re.compile(r"[0-9a-f]{64}")
ENTRY = """
schema = "tryon.models/1"
[archives.box]
kind = "pypi"
package = "box"
version = "1"
file = "box.whl"
size = 1
sha256 = "00"
license = "MIT"
[models.net]
title = "A net"
task = "face"
kind = "tflite"
file = "net.tflite"
size = 1
sha256 = "00"
license = "MIT"
author = "us"
card = "A net."
sources = [{ archive = "box", member = "net.tflite" }]
input = [0.0, 1.0]
outputs = [{ name = "out", shape = [2] }]
"""


@pytest.mark.parametrize("name", sorted(manifest().models))
def test_every_model_can_be_had_from_a_package_registry_and_is_free_to_use(name):
    model = manifest().model(name)

    def reaches_registry(item):
        archives = [manifest().archives[source.archive] for source in item.sources if source.archive]
        return any(archive.kind != "bundle" or reaches_registry(archive) for archive in archives)

    assert reaches_registry(model)
    assert HEX.fullmatch(model.sha256)
    assert model.size > 0
    assert model.license == "Apache-2.0"
    assert model.card.endswith(".")


@pytest.mark.parametrize("name", sorted(manifest().archives))
def test_every_archive_is_pinned(name):
    archive = manifest().archives[name]
    assert HEX.fullmatch(archive.sha256)
    assert archive.kind == "bundle" or re.fullmatch(r"[\d.]+", archive.version)


def test_the_only_hosts_named_are_the_authors_own():
    text = (content("models") / "manifest.toml").read_text(encoding="utf-8")
    hosts = {urlsplit(url).hostname for url in re.findall(r'https?://[^"\s]+', text)}
    assert hosts == {"storage.googleapis.com"}


def test_an_unknown_model_lists_the_known_ones():
    with pytest.raises(UnknownNameError, match=r"face_mesh.*Did you mean 'face_mesh'"):
        manifest().model("face_mash")


def test_a_manifest_reads_back_what_was_written():
    model = read_manifest(ENTRY).model("net")
    assert model.input_range == (0.0, 1.0)
    assert [(output.name, output.shape) for output in model.outputs] == [("out", (2,))]
    assert read_manifest(ENTRY).members("box") == {"net.tflite": model}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("tryon.models/1", "tryon.models/2", "schema"),
        ('title = "A net"', 'titel = "A net"', "titel"),
        ('size = 1\nsha256 = "00"\nlicense = "MIT"\nauthor', 'license = "MIT"\nauthor', "size"),
        ('archive = "box"', 'archive = "bag"', "bag"),
        ("[models.net]", "[models.net", "damaged"),
    ],
)
def test_a_damaged_manifest_is_one_clear_sentence(old, new, says):
    with pytest.raises(ModelError, match=says) as caught:
        read_manifest(ENTRY.replace(old, new))
    assert "\n" not in str(caught.value)
