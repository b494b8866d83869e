"""The examples of CONTRIBUTING.md run as they stand."""

import re
from pathlib import Path

import pytest

TEXT = (Path(__file__).resolve().parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda code: re.findall(r'register\("(\w+)"\)', code)[0])
def test_an_example_of_the_guide_runs_and_registers_its_name(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tryon.capture import SOURCES
    from tryon.effects import EFFECTS

    for registry in (SOURCES, EFFECTS):
        list(registry)  # so that the copy holds every built-in
        monkeypatch.setattr(registry, "_found", dict(registry._found))  # the example leaves with the test
    (name,) = re.findall(r'register\("(\w+)"\)', example)
    exec(compile(example, "CONTRIBUTING.md", "exec"), {"__name__": "example"})
    assert name in SOURCES or name in EFFECTS


def test_the_guide_names_files_that_exist() -> None:
    root = Path(__file__).resolve().parents[1]
    for folder, start in re.findall(r"`(tryon/\w+)/` \| `\w+` \| `(\w+\.py)`", TEXT):
        assert (root / folder / start).is_file()


def test_both_examples_are_found() -> None:
    assert len(EXAMPLES) == 2
