"""Load a published release as anybody would and print its rows; run as a program: REPO TAG.

Where the hub is, and who asks, stands in the environment. Any connection to another machine ends
the program.
"""

import json
import os
import sys

import datasets


def refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            os.write(2, f"connected to {address}\n".encode())
            os._exit(3)


def main(repo: str, tag: str) -> None:
    """Print an object: rows by config and split."""
    sys.addaudithook(refuse_other_machines)
    datasets.disable_progress_bars()
    found = {
        config: {
            split: list(rows)
            for split, rows in datasets.load_dataset(repo, config, revision=tag).items()
        }
        for config in datasets.get_dataset_config_names(repo, revision=tag)
    }
    found["none named"] = {
        split: list(rows) for split, rows in datasets.load_dataset(repo, revision=tag).items()
    }
    json_rows = datasets.load_dataset(repo, data_files="Inverse_IFEval_Dataset.json", revision=tag)
    found["json"] = {split: list(rows) for split, rows in json_rows.items()}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
