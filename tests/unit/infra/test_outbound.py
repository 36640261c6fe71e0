"""The sender of webhooks over real sockets: receivers that hang, drip, redirect, lie, rebind and die (contract 14)."""

import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.domain.webhooks.targets import Target, is_global
from shared.infra.outbound import KEPT_BYTES, NotDelivered, Outbound, Response

HOST, PUBLIC = "hooks.example.com", "93.184.215.14"
TARGET = Target(HOST, "/in?x=1")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

type Receiver = Callable[[socket.socket], None]


def read_request(connection: socket.socket) -> bytes:
    """The head and body of a request."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(4096)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(4096)
    return head + b"\r\n\r\n" + body


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of HOST, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(signed.public_bytes(pem) + private)
    return path


@contextmanager
def receiver(certificate: Path, serve: Receiver, *, tls: bool = True) -> Iterator[int]:
    """A server on loopback that handles each connection with `serve`; yields its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def handle(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) if tls else connection as stream:
                serve(stream)
        except OSError:
            return

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=[connection], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


class Network:
    """Resolves every name to `addresses` and connects every public address to one port of loopback."""

    def __init__(self, port: int, addresses: list[str] | None = None) -> None:
        self.port = port
        self.addresses = addresses or [PUBLIC]
        self.resolved: list[str] = []
        self.connected: list[str] = []

    def resolve(self, host: str, _: int) -> list[str]:
        """What DNS says now; the next look-up says something else."""
        self.resolved.append(host)
        answer, self.addresses = self.addresses, ["127.0.0.1"]
        return answer

    def connect(self, address: str, _: int, seconds: float) -> socket.socket:
        """A connection to the receiver, whatever the address."""
        self.connected.append(address)
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)


def post(certificate: Path, network: Network, target: Target = TARGET, deadline: float = 5.0) -> Response:
    """Posts `{}` with the receiver's certificate trusted."""
    tls = ssl.create_default_context(cafile=str(certificate))
    sender = Outbound(is_global, resolve=network.resolve, connect=network.connect, tls=tls, deadline=deadline)
    return sender.post(target, {"webhook-id": "evt_1", "Content-Type": "application/json"}, b"{}")


def responding(data: bytes, heard: list[bytes] | None = None) -> Receiver:
    """A receiver that reads a request and sends `data`."""

    def serve(connection: socket.socket) -> None:
        request = read_request(connection)
        if heard is not None:
            heard.append(request)
        connection.sendall(data)

    return serve


def test_a_request_carries_the_name_the_headers_and_the_body(certificate: Path) -> None:
    heard: list[bytes] = []
    with receiver(certificate, responding(OK, heard)) as port:
        network = Network(port)
        assert post(certificate, network) == Response(200, b"ok")
    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /in?x=1 HTTP/1.1\r\n")
    assert {b"Host: hooks.example.com", b"webhook-id: evt_1", b"Connection: close"} <= {*head.split(b"\r\n")}
    assert body == b"{}"
    assert (network.resolved, network.connected) == ([HOST], [PUBLIC])


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["169.254.169.254"], [PUBLIC, "10.0.0.1"], ["::1"], ["::ffff:10.0.0.1"], ["fe80::1%lo"]],
)
def test_a_name_with_any_address_that_is_not_public_is_not_connected_to(
    certificate: Path, addresses: list[str]
) -> None:
    network = Network(1, addresses)
    with pytest.raises(NotDelivered, match="not public"):
        post(certificate, network)
    assert network.connected == []


def test_a_name_that_changes_after_the_check_is_connected_to_as_checked(certificate: Path) -> None:
    with receiver(certificate, responding(OK)) as port:
        network = Network(port, [PUBLIC])
        post(certificate, network)
    assert network.connected == [PUBLIC]
    assert network.addresses == ["127.0.0.1"], "the second look-up, which nobody made, would have been loopback"


def test_the_next_address_is_tried_when_one_refuses(certificate: Path) -> None:
    with receiver(certificate, responding(OK)) as port:
        network = Network(port, ["93.184.215.15", PUBLIC])
        connect = network.connect

        def second_only(address: str, port: int, seconds: float) -> socket.socket:
            if address != PUBLIC:
                raise ConnectionRefusedError
            return connect(address, port, seconds)

        tls = ssl.create_default_context(cafile=str(certificate))
        sender = Outbound(is_global, resolve=network.resolve, connect=second_only, tls=tls)
        assert sender.post(TARGET, {}, b"{}").status == 200


def test_a_redirect_is_an_answer_and_is_not_followed(certificate: Path) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: https://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    with receiver(certificate, responding(moved)) as port:
        network = Network(port)
        assert post(certificate, network).status == 302
    assert len(network.connected) == 1


def test_a_certificate_of_another_name_is_refused(certificate: Path) -> None:
    with receiver(certificate, responding(OK)) as port, pytest.raises(NotDelivered, match="certificate"):
        post(certificate, Network(port), Target("other.example.com", "/"))


def test_a_certificate_that_nobody_signed_is_refused(certificate: Path) -> None:
    with receiver(certificate, responding(OK)) as port:
        network = Network(port)
        sender = Outbound(is_global, resolve=network.resolve, connect=network.connect)
        with pytest.raises(NotDelivered, match="certificate"):
            sender.post(TARGET, {}, b"{}")


@pytest.mark.parametrize("size", [0, KEPT_BYTES, 5_000_000])
def test_only_the_first_kilobyte_of_a_response_is_kept(certificate: Path, size: int) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
    with receiver(certificate, responding(answer)) as port:
        assert post(certificate, Network(port)).body == b"x" * min(size, KEPT_BYTES)


def hang(connection: socket.socket) -> None:
    """Reads and never responds."""
    read_request(connection)
    time.sleep(30)


def drip(connection: socket.socket) -> None:
    """Sends a header that never ends, a byte at a time, so that no single read times out."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"a")
        time.sleep(0.02)


def drip_body(connection: socket.socket) -> None:
    """Sends a body a byte at a time."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b"a")
        time.sleep(0.02)


def never_reads(connection: socket.socket) -> None:
    """Takes the connection and nothing else."""
    time.sleep(30)


@pytest.mark.parametrize("serve", [hang, drip, drip_body, never_reads])
def test_a_receiver_that_takes_its_time_is_left_at_the_deadline(certificate: Path, serve: Receiver) -> None:
    with receiver(certificate, serve) as port:
        began = time.monotonic()
        with pytest.raises(NotDelivered, match="within"):
            post(certificate, Network(port), deadline=0.5)
        assert time.monotonic() - began < 3


def test_a_tls_handshake_that_never_ends_is_left_at_the_deadline(certificate: Path) -> None:
    with receiver(certificate, never_reads, tls=False) as port, pytest.raises(NotDelivered, match="within"):
        post(certificate, Network(port), deadline=0.5)


def test_a_look_up_that_never_ends_is_left_at_the_deadline(certificate: Path) -> None:
    def resolve(host: str, port: int) -> list[str]:
        time.sleep(30)
        return [PUBLIC]

    with pytest.raises(NotDelivered, match="resolved"):
        Outbound(is_global, resolve=resolve, deadline=0.3).post(TARGET, {}, b"{}")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\xff\x00",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_an_answer_that_is_no_http_response_is_a_failure_in_words(certificate: Path, answer: bytes) -> None:
    with receiver(certificate, responding(answer)) as port, pytest.raises(NotDelivered, match="connection failed"):
        post(certificate, Network(port))


def test_a_host_that_nobody_listens_at_is_a_failure_in_words(certificate: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NotDelivered, match="The connection was refused"):
        post(certificate, Network(port))


def test_a_host_that_takes_no_connection_in_time_is_a_failure_in_words(certificate: Path) -> None:
    def connect(_address: str, _port: int, seconds: float) -> socket.socket:
        time.sleep(seconds)
        raise TimeoutError

    outbound = Outbound(is_global, resolve=lambda *_: [PUBLIC], connect=connect, deadline=0.2)
    with pytest.raises(NotDelivered, match="No response came within 15 seconds"):
        outbound.post(TARGET, {}, b"{}")


def test_a_proxy_in_the_environment_is_not_used(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with receiver(certificate, responding(OK)) as port:
        assert post(certificate, Network(port)).status == 200
