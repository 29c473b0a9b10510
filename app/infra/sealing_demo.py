"""A sealing authority for the demo and the tests: its own root, a seal and a timestamper."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.infra.sealing import (
    ROOTS,
    SEAL_CERTIFICATE,
    SEAL_KEY,
    TIMESTAMP_CERTIFICATE,
    TIMESTAMP_KEY,
    SealingAuthority,
    load_authority,
)

ORGANISATION = "Grappe demonstration"
RSA_BITS = 3072
ROOT_DAYS, SEAL_DAYS = 7300, 3650
Extensions = Callable[[x509.CertificateBuilder], x509.CertificateBuilder]


def make_test_authority(folder: Path, *, now: datetime) -> SealingAuthority:
    """Make an authority whose certificates are valid from the day before `now`, and store it, readable by its owner only.

    Its keys lie unprotected on the disk: it proves nothing to anybody else. Raises FileExistsError where the folder holds
    one already.
    """
    taken = [
        name
        for name in (ROOTS, SEAL_CERTIFICATE, SEAL_KEY, TIMESTAMP_CERTIFICATE, TIMESTAMP_KEY)
        if (folder / name).exists()
    ]
    if taken:
        raise FileExistsError(f"{folder} already holds {', '.join(taken)}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    root_key = ec.generate_private_key(ec.SECP384R1())
    root_name = _name("Grappe demonstration root")
    start = now - timedelta(days=1)

    def issue(
        subject: x509.Name, key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, days: int, extend: Extensions
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(
            root_name, subject, key, x509.random_serial_number(), start, start + timedelta(days=days)
        )
        return extend(builder).sign(root_key, hashes.SHA384())

    root = issue(root_name, root_key.public_key(), ROOT_DAYS, _as_root)
    _write(folder / ROOTS, root.public_bytes(serialization.Encoding.PEM))
    for name, certificate_file, key_file, extend in (
        ("Grappe demonstration seal", SEAL_CERTIFICATE, SEAL_KEY, _as_seal),
        ("Grappe demonstration timestamps", TIMESTAMP_CERTIFICATE, TIMESTAMP_KEY, _as_timestamper),
    ):
        key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
        certificate = issue(_name(name), key.public_key(), SEAL_DAYS, extend)
        _write(folder / certificate_file, certificate.public_bytes(serialization.Encoding.PEM))
        _write(folder / key_file, _pem(key))
    return load_authority(folder)


def _name(common_name: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION)
    return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _usage(*names: str) -> x509.KeyUsage:
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in names for name in every})


def _as_root(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    limits = x509.BasicConstraints(ca=True, path_length=0)
    return builder.add_extension(limits, critical=True).add_extension(
        _usage("key_cert_sign", "crl_sign"), critical=True
    )


def _as_seal(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    return builder.add_extension(_usage("digital_signature", "content_commitment"), critical=True)


def _as_timestamper(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return builder.add_extension(_usage("digital_signature"), critical=True).add_extension(purpose, critical=True)
