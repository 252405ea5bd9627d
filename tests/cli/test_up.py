import http.client
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import Config
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from app.data_folder import cookie_secret, make_data_folder
from app.server import Place, refuse_taken, serve
from app.settings import Settings
from app.workspace import prepare
from db.engine import open_engine
from db.errors import Conflict, External, Invalid
from tests.login.people import NOW, shared
from tests.running import RunningApp, free_port, running_app

GAINSAY = str(Path(sys.executable).with_name("gainsay"))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with running_app(tmp_path_factory.mktemp("above") / "home") as running:
        yield running


def server_of(app: RunningApp) -> psutil.Process:
    (child,) = psutil.Process(app.process.pid).children()
    return child


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_makes_a_private_data_folder_and_announces_a_healthy_app(
    app: RunningApp,
) -> None:
    folder = Path(str(app.announced["data_folder"]))

    assert app.announced["address"] == app.url
    assert app.announced["first_start"] is True
    assert isinstance(app.announced["starter_items"], int)
    assert app.announced["starter_items"] >= 16
    assert mode(folder) == 0o700
    assert mode(folder / "cookie-secret") == 0o600
    connection = http.client.HTTPConnection("127.0.0.1", int(app.url.rsplit(":", 1)[1]))
    connection.request("GET", "/_stcore/health")
    assert connection.getresponse().status == 200
    connection.close()


def test_it_listens_on_this_machine_alone_and_keeps_secrets_off_the_command_line(
    app: RunningApp,
) -> None:
    folder = Path(str(app.announced["data_folder"]))
    server = server_of(app)

    listening = {
        connection.laddr.ip
        for connection in server.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    command = " ".join(server.cmdline())
    assert str(folder) not in command
    assert cookie_secret(folder) not in command
    assert server.environ()["STREAMLIT_SERVER_COOKIE_SECRET"] == cookie_secret(folder)
    assert server.environ()["GAINSAY_DATABASE_URL"] == f"sqlite:///{folder / 'gainsay.db'}"


def test_a_taken_port_is_refused_before_anything_is_written_naming_the_next_free_one(
    app: RunningApp, tmp_path: Path
) -> None:
    port = app.url.rsplit(":", 1)[1]
    home = tmp_path / "home"

    ended = subprocess.run(
        [GAINSAY, "up", "--port", port],
        env={"GAINSAY_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert ended.returncode == 1
    assert ended.stdout == ""
    (sentence,) = ended.stderr.splitlines()
    assert sentence.startswith(f"Port {port} is taken")
    free = int(sentence.rsplit("--port ", 1)[1].rstrip("."))
    refuse_taken(Place(host="127.0.0.1", port=free))
    assert not home.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_it_with_exit_0_and_leaves_no_server_behind(
    number: signal.Signals, tmp_path: Path
) -> None:
    with running_app(tmp_path) as app:
        server = server_of(app)
        app.process.send_signal(number)

        assert app.process.wait(15) == 0
        assert not server.is_running()
        refuse_taken(Place(host="127.0.0.1", port=int(app.url.rsplit(":", 1)[1])))


def test_killed_outright_it_takes_its_server_along(tmp_path: Path) -> None:
    with running_app(tmp_path) as app:
        server = server_of(app)
        app.process.kill()

        deadline = time.monotonic() + 10
        while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline, "the server outlived its parent"
            time.sleep(0.05)


def test_it_ends_with_a_sentence_when_its_server_is_killed(tmp_path: Path) -> None:
    with running_app(tmp_path) as app:
        server_of(app).kill()

        assert app.process.wait(15) == 1
        # -9: ended by SIGKILL.
        assert "The app's server ended by itself (exit -9)" in app.log.read_text()


def test_a_second_start_keeps_the_workspace_and_the_cookie_secret(tmp_path: Path) -> None:
    with running_app(tmp_path):
        secret = cookie_secret(tmp_path)
    with running_app(tmp_path) as again:
        assert again.announced["first_start"] is False
        assert again.announced["starter_items"] == 0
        assert cookie_secret(tmp_path) == secret


def test_one_persons_workspace_is_not_opened_to_others(tmp_path: Path) -> None:
    ended = subprocess.run(
        [GAINSAY, "up", "--port", str(free_port()), "--host", "0.0.0.0"],
        env={"GAINSAY_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 1
    assert ended.stdout == ""
    (sentence,) = ended.stderr.splitlines()
    assert "asks nobody to sign in" in sentence
    assert "gainsay people share" in sentence


def test_a_secrets_file_that_is_no_toml_is_one_sentence_that_repeats_nothing_of_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "secrets.toml").write_text('[auth]\nclient_secret = "canary-in-a-file\n')
    ended = subprocess.run(
        [GAINSAY, "up", "--port", str(free_port())],
        env={"GAINSAY_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 1
    (sentence,) = ended.stderr.splitlines()
    assert "secrets.toml' is no TOML" in sentence
    assert "canary" not in sentence
    # Whatever it is, nobody else may read it.
    assert mode(tmp_path / "secrets.toml") == 0o600


def test_opening_a_shared_one_to_others_without_encryption_is_said_in_one_line(
    tmp_path: Path,
) -> None:
    settings = Settings(data_folder=tmp_path, database_url=f"sqlite:///{tmp_path / 'gainsay.db'}")
    prepare(settings, now=NOW, starter=False)
    engine = open_engine(settings.database_url)
    shared(engine)
    engine.dispose()

    with running_app(tmp_path, "--host", "0.0.0.0") as app:
        warnings = [line for line in app.log.read_text().splitlines() if "Warning" in line]
        assert len(warnings) == 1
        assert "is not encrypted" in warnings[0]


def test_a_server_that_dies_while_starting_is_one_sentence_with_the_end_of_its_log(
    tmp_path: Path,
) -> None:
    place = Place(host="127.0.0.1", port=free_port())

    with pytest.raises(External) as caught:
        serve(place, environment={}, announce=pytest.fail, script=tmp_path / "absent.py")

    sentence = str(caught.value)
    # Streamlit's command line answers 2 to a script that does not exist.
    assert sentence.startswith("The app's server ended while starting (exit 2); its log ends with:")
    assert "File does not exist" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("host", "words"),
    [("no.such.host.invalid", "is not known"), ("192.0.2.1", "is not an address of this machine")],
    ids=["unknown name", "foreign address"],
)
def test_a_host_that_is_not_this_machine_is_refused(host: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        refuse_taken(Place(host=host, port=free_port()))


def test_the_next_free_port_is_really_free() -> None:
    port = three_free_ports()
    with (
        socket.create_server(("127.0.0.1", port)),
        socket.create_server(("127.0.0.1", port + 1)),
        pytest.raises(Conflict) as caught,
    ):
        refuse_taken(Place(host="127.0.0.1", port=port))
    assert f"--port {port + 2}" in str(caught.value)


def three_free_ports() -> int:
    """Find three free ports in a row, below those that the system hands out by itself."""
    for port in range(21_000, 32_000, 3):
        try:
            with ExitStack() as held:
                for each in range(port, port + 3):
                    held.enter_context(socket.create_server(("127.0.0.1", each)))
        except OSError:
            continue
        return port
    pytest.fail("no three free ports in a row below 32,000")


@pytest.mark.parametrize(
    ("host", "url", "local"),
    [
        ("127.0.0.1", "http://localhost:8600", True),
        ("localhost", "http://localhost:8600", True),
        ("::1", "http://localhost:8600", True),
        ("0.0.0.0", f"http://{socket.gethostname()}:8600", False),
        ("192.0.2.7", "http://192.0.2.7:8600", False),
        ("2001:db8::1", "http://[2001:db8::1]:8600", False),
    ],
)
def test_the_printed_address_is_what_a_browser_can_open(host: str, url: str, local: bool) -> None:
    place = Place(host=host, port=8600)

    assert place.url == url
    assert place.is_local is local


def test_a_port_outside_the_range_is_a_wrong_option() -> None:
    ended = subprocess.run([GAINSAY, "up", "--port", "70000"], capture_output=True, text=True)

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "65535" in ended.stderr


def test_a_secret_that_others_could_read_is_closed_again(tmp_path: Path) -> None:
    secret = cookie_secret(tmp_path)
    (tmp_path / "cookie-secret").chmod(0o644)

    assert cookie_secret(tmp_path) == secret
    assert mode(tmp_path / "cookie-secret") == 0o600
    # 32 bytes as hexadecimal digits, and nothing else lies in the folder.
    assert len(secret) == 64
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["cookie-secret"]


def test_a_data_folder_below_a_file_is_refused_naming_the_variable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(External, match="GAINSAY_HOME"):
        make_data_folder(tmp_path / "file" / "home")


def test_the_options_beside_the_entry_are_in_force(app: RunningApp) -> None:
    request = BackMsg()
    request.rerun_script.query_string = ""
    address = f"ws://localhost:{app.url.rsplit(':', 1)[1]}/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as connection:
        connection.send(request.SerializeToString())
        while True:
            message = ForwardMsg.FromString(connection.recv(30, decode=False))
            if message.WhichOneof("type") == "new_session":
                break

    # From app/.streamlit/config.toml; without that file it would be AUTO.
    assert message.new_session.config.toolbar_mode == Config.ToolbarMode.MINIMAL
