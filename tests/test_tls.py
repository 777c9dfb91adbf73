"""Whom a download over HTTPS trusts: the system's authorities and certifi's, and nobody else."""
import contextlib
import gzip
import os
import ssl
import sys
import types

import pytest
from idx_files import NAMES, idx, random_images
from servers import running_server, status, whole

import input_data

trustme = pytest.importorskip("trustme")

NAME = NAMES[0]
BODY = gzip.compress(idx(random_images(20)))


@pytest.fixture(scope="module")
def authorities():
    """The one that vouches for our servers, and another one."""
    return {"ours": trustme.CA(), "stranger": trustme.CA()}


@pytest.mark.parametrize(("host", "system", "certifi", "refusal"), [
    ("127.0.0.1", "ours", "stranger", None),
    ("127.0.0.1", "ours", None, None),  # no certifi
    ("127.0.0.1", "ours", "gone", None),  # certifi without its file
    ("127.0.0.1", None, "ours", None),  # as with python.org's Python on macOS
    ("127.0.0.1", None, None, "certificate verify failed"),
    ("127.0.0.1", "stranger", "stranger", "certificate verify failed"),
    ("example.org", "ours", "ours", "is not valid for '127.0.0.1'")])
def test_an_authority_is_trusted_or_not(
        tmp_path, monkeypatch, authorities, host, system, certifi, refusal):
    for name, authority in authorities.items():
        authority.cert_pem.write_to_path(str(tmp_path / name))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / system) if system else os.devnull)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    installed = types.SimpleNamespace(where=lambda: str(tmp_path / certifi)) if certifi else None
    monkeypatch.setitem(sys.modules, "certifi", installed)
    monkeypatch.setattr(input_data, "ATTEMPTS", 1)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authorities["ours"].issue_cert(host).configure_cert(tls)
    with running_server(tls) as server:
        server.behave(NAME, whole(BODY))
        url = "HTTPS" + server.url[len("https"):] + NAME
        with pytest.raises(OSError, match=refusal) if refusal else contextlib.nullcontext():
            input_data.maybe_download(NAME, tmp_path / "folder", url)
    assert server.requests == ([] if refusal else [NAME])
    assert (tmp_path / "folder" / NAME).exists() != bool(refusal)


def test_whom_to_trust_is_looked_up_once_a_download(tmp_path, server, monkeypatch, pauses):
    made, make = [], ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: made.append(1) or make())
    server.behave(NAME, status(503))
    sources = ["https://127.0.0.1:1/", server.url, "https://127.0.0.1:1/again/"]
    monkeypatch.setattr(input_data, "MIRRORS", sources)
    with pytest.raises(OSError, match="could not be downloaded"):
        input_data.maybe_download(NAME, tmp_path)
    assert len(made) == 1
