"""Owns turning foreign text into text that Markdown does not act on.

Streamlit reads labels, captions and messages as Markdown: a foreign ``![](http://...)`` there
would make the browser ask a stranger's server. Whole texts belong into ``st.text`` or ``st.code``.
"""

import re
from functools import lru_cache

_ACTIVE = re.compile(r"([\\`*_\[\]<>$~|:#!&{}()])")
_BREAKS = re.compile(r"[\r\n\t\v\f\x00-\x1f\x7f\x85\u2028\u2029]+")
# They reorder what stands around them on the screen.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
# A backslash does not keep the browser from making links: it looks for addresses in the text that
# is left. A mark without width inside them does.
_ADDRESS = re.compile(r"\\:(?=//)|www(?=\.)|[\w.+-](?=@)", re.IGNORECASE)
_JOINER = "\u2060"


@lru_cache(maxsize=4_096)  # the same guideline, names and numbers of every rerun
def escaped(value: str) -> str:
    """Escape one foreign value for use inside a line of Markdown.

    Control characters and line breaks become spaces, marks that reorder text are left out, and
    addresses do not become links.
    """
    line = _BREAKS.sub(" ", _BIDI.sub("", value)).strip()
    line = _ACTIVE.sub(r"\\\1", line)
    return _ADDRESS.sub(f"\\g<0>{_JOINER}", line)
