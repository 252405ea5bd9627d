"""Run one command line when told to; run as a program with the command line as its arguments.

Prints "ready" when all is loaded and waits for a line.
"""

import sys

from app.cli import main
from exports import hub, publishing

if __name__ == "__main__":
    # What the verb imports is loaded by now, so that two of these start level.
    assert hub.Hub
    assert publishing.publish_release
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.exit(main(sys.argv[1:]))
