import io

from tryon.models.progress import Bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_a_bar_that_ends_full():
    terminal = Terminal()
    bar = Bar(terminal)
    for done in range(0, 101, 10):
        bar("weights", done * 1_000_000, 100_000_000)
    assert "100.0 / 100.0 MB\n" in terminal.getvalue()
    assert terminal.getvalue().count("\r") < 10


def test_a_log_file_sees_nothing():
    file = io.StringIO()
    Bar(file)("weights", 1, 1)
    assert file.getvalue() == ""
