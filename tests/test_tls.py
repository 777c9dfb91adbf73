"""Whom a download over HTTPS trusts: the system's authorities and certifi's, and nobody else."""
import gzip
import os
import ssl

import pytest
from conftest import fetching
from idx_files import NAMES, contents, idx, random_images
from servers import running_server, whole

trustme = pytest.importorskip("trustme")

NAME = NAMES[0]
BODY = gzip.compress(idx(random_images(20)))
ONE_TRY = "import input_data; input_data.ATTEMPTS = 1"


@pytest.fixture(scope="module")
def authority():
    """The one that vouches for our servers."""
    return trustme.CA()


@pytest.fixture(scope="module")
def stranger():
    """Another one, which does not."""
    return trustme.CA()


@pytest.fixture
def serve_as(authority):
    """Start a server with a certificate for a host; in fact it is 127.0.0.1."""
    running = []

    def start(host):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(context)
        running.append(running_server(context))
        server = running[-1].__enter__()
        server.behave(NAME, whole(BODY))
        return server
    yield start
    for server in running:
        server.__exit__(None, None, None)


@pytest.fixture
def get(tmp_path):
    """Get the file from a server on a machine that knows some authorities, and return the error."""
    folder = tmp_path / "MNIST_data"

    def pem(authority, name):
        path = tmp_path / name
        authority.cert_pem.write_to_path(str(path))
        return str(path)

    def fetch(server, system=None, certifi=None):
        (tmp_path / "none").mkdir()
        modules = tmp_path / "modules"
        modules.mkdir()
        (modules / "certifi.py").write_text(
            f"def where():\n    return {pem(certifi, 'certifi.pem')!r}\n" if certifi else
            "raise ImportError('not installed')\n")
        environment = dict(
            os.environ, PYTHONPATH=str(modules), SSL_CERT_DIR=str(tmp_path / "none"),
            SSL_CERT_FILE=pem(system, "system.pem") if system else os.devnull)
        process = fetching(folder, server.url + NAME, ONE_TRY, env=environment)
        _, error = process.communicate(timeout=60)
        if process.returncode == 0:
            assert contents(folder) == {NAME: BODY}
            assert server.asked_for() == [NAME]
            return ""
        assert not folder.exists()
        assert server.requests == []
        return error
    return fetch


def test_an_authority_of_the_system_is_trusted_even_if_certifi_does_not_know_it(
        serve_as, get, authority, stranger):
    assert get(serve_as("127.0.0.1"), system=authority, certifi=stranger) == ""


def test_an_authority_of_the_system_is_trusted_without_certifi(serve_as, get, authority):
    assert get(serve_as("127.0.0.1"), system=authority) == ""


def test_a_machine_without_authorities_trusts_those_of_certifi(serve_as, get, authority):
    """As with Python from python.org on macOS."""
    assert get(serve_as("127.0.0.1"), certifi=authority) == ""


def test_a_machine_without_any_authority_gets_nothing(serve_as, get):
    assert "CERTIFICATE_VERIFY_FAILED" in get(serve_as("127.0.0.1"))


def test_an_unknown_authority_is_not_trusted(serve_as, get, stranger):
    error = get(serve_as("127.0.0.1"), system=stranger, certifi=stranger)
    assert "CERTIFICATE_VERIFY_FAILED" in error


def test_a_certificate_for_another_host_is_not_trusted(serve_as, get, authority):
    error = get(serve_as("example.org"), system=authority, certifi=authority)
    assert "CERTIFICATE_VERIFY_FAILED" in error
    assert "127.0.0.1" in error.partition("CERTIFICATE_VERIFY_FAILED")[2]
