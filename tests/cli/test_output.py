"""What the command line prints steers no terminal, whatever people typed."""

import json

import pytest

from app.cli.output import answer

# The screen clears, colours change by an old code, text runs backwards, a line ends, half a pair.
STEERING = "\x1b[2J\x9b31m\u202e\u2029\udc80\r"
KEPT = "a line\n\tand a 全角\u3000space, e\u0301, \U0001f468\u200d\U0001f469"


@pytest.mark.parametrize("as_json", [False, True])
def test_characters_that_steer_a_terminal_are_written_as_escapes(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    typed = STEERING + KEPT
    answer({"reason": typed}, as_json=as_json, lines=[typed])
    written = capsys.readouterr().out
    for char in set(STEERING) - set("[2J31m"):
        assert char not in written
    if as_json:
        assert json.loads(written) == {"reason": typed}
    else:
        assert written.endswith(KEPT + "\n")
        assert written.startswith("\\u001b[2J\\u009b31m\\u202e\\u2029\\udc80\\u000d")
