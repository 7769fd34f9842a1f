import http.client
import signal
import socket
import subprocess
import sys
import time

import pytest

SCRIPT = """
import sys
from reskontro.http import server
from reskontro.platform.process_group import listening_socket

server.HEAD_LIMIT_S = server.BODY_LIMIT_S = 0.5

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    body = str(size).encode()
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})

listening = listening_socket("127.0.0.1", 0)
server.run_server(app, listening, lambda: print(listening.getsockname()[1], flush=True))
"""


@pytest.fixture(scope="module")
def port():
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True)
    yield int(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)


def sent(port: int, *parts: bytes, pause_s: float = 0) -> bytes:
    """What comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause_s)
        received = b""
        try:
            while more := connection.recv(65536):
                received += more
        except ConnectionResetError:
            pass
        return received


def test_requests_on_one_connection_are_answered_and_the_server_does_not_name_itself(port: int):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for size in (0, 5, 300_000):
        connection.request("POST", "/", body=b"x" * size)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, str(size).encode())
        assert answer.getheader("server") is None
    connection.close()


def test_a_head_of_many_headers_is_refused(port: int):
    headers = b"".join(b"X-Header-%d: %s\r\n" % (number, b"x" * 1000) for number in range(70))
    answer = sent(port, b"GET / HTTP/1.1\r\nHost: a\r\n" + headers + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_one_endless_header_is_refused_before_it_ends(port: int):
    answer = sent(port, b"GET / HTTP/1.1\r\nX: x", *[b"x" * 30_000] * 4, pause_s=0.02)
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_a_long_target_is_refused(port: int):
    assert sent(port, b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 431 ")


def test_what_is_no_request_is_refused(port: int):
    assert sent(port, b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"],
    ids=["nothing", "half a head", "half a body"],
)
def test_a_request_that_does_not_come_to_its_end_is_not_waited_for(port: int, begun: bytes):
    begin = time.monotonic()
    assert b"200" not in sent(port, begun)
    assert 0.4 < time.monotonic() - begin < 3
