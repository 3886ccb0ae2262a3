"""`motesklar coturn`: the settings of the calls' relay."""

import re
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import click

from motesklar.call.coturn import Relay, configuration, keep_secret, write_private
from motesklar.call.media.addresses import addresses_of_this_machine
from motesklar.config import CallSection, load_settings
from motesklar.doctor.report import as_lines, failed
from motesklar.doctor.tls import check_certificate
from motesklar.errors import ConfigError
from motesklar.options import course_option, data_option
from motesklar.paths import DataFolder, shipped_settings

#: Where certbot keeps what Let's Encrypt has signed.
_LETS_ENCRYPT = Path("/etc/letsencrypt/live")
#: A host name or an address: nothing that could end a line of the settings.
_NAME = re.compile(r"[A-Za-z0-9.:-]{1,253}")


@click.command()
@click.option("--host", required=True, help="The relay's name, as people's browsers ask for it.")
@click.option(
    "--cert",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Its certificate with the whole chain (PEM), as the relay's machine names the file.",
)
@click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The certificate's key (PEM); Let's Encrypt's files if neither is given.",
)
@click.option(
    "--tls-port",
    default=443,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="TCP port for TLS; firewalls that let little through mostly let 443 through.",
)
@click.option("--no-udp", is_flag=True, help="TLS over TCP alone, no UDP from browsers.")
@click.option(
    "--listen", "listens", multiple=True, help="An address to listen on; all if not given."
)
@click.option(
    "--reach",
    "reaches",
    multiple=True,
    help="An address of the course's calls; those of the settings, else this machine's own.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write them; they are shown if not given.",
)
@data_option
@course_option
def coturn(
    host: str,
    cert: Path | None,
    key: Path | None,
    tls_port: int,
    no_udp: bool,
    listens: tuple[str, ...],
    reaches: tuple[str, ...],
    out: Path | None,
    data: Path,
    overlay: Path | None,
) -> None:
    """Write the settings of coturn, the calls' relay for networks without UDP.

    The same command again gives the same settings. Only the secret in them is kept, in the data
    folder, where the course reads it.
    """
    settings = load_settings(shipped_settings(), overlay / "course.toml" if overlay else None)
    if not _NAME.fullmatch(host):
        raise ConfigError("--host", host, "give a name such as turn.exempelstad.example")
    if (cert is None) != (key is None):
        raise ConfigError("--cert", "--key", "give both or none")
    home = _LETS_ENCRYPT / host
    relay = Relay(
        host=host,
        tls_port=tls_port,
        cert=(cert or home / "fullchain.pem").absolute(),
        key=(key or home / "privkey.pem").absolute(),
        secret=keep_secret(DataFolder(data.resolve())),
        reaches=_addresses("--reach", reaches) or media_addresses(settings.call),
        listens=_addresses("--listen", listens),
        people=settings.call.people_max,
        udp=not no_udp,
    )
    _look_at_certificate(relay)
    _hand_over(relay, out)


def media_addresses(settings: CallSection) -> list[str]:
    """Where browsers find the calls' sound and picture.

    Raises:
        ConfigError: this machine has no address but loopback, and none is set.
    """
    public = [str(settings.public_address)] if settings.public_address else []
    own = [str(address) for address in settings.addresses] or addresses_of_this_machine()
    if found := [*public, *own]:
        return found
    problem = "this machine has no network address: give --reach with the course's"
    raise ConfigError("course.toml", "call.addresses", problem)


def _addresses(option: str, given: Sequence[str]) -> list[str]:
    """Addresses that were given, as coturn writes them.

    Raises:
        ConfigError: one is none; a name would lead wherever a name server says.
    """
    try:
        return [str(ip_address(address)) for address in given]
    except ValueError as error:
        problem = "give an IPv4 or IPv6 address such as 192.0.2.10 or 2001:db8::10"
        raise ConfigError(option, ", ".join(given), problem) from error


def _look_at_certificate(relay: Relay) -> None:
    """Say what browsers will find wrong with it; another machine's files can't be looked at."""
    if not relay.cert.exists() and not relay.key.exists():
        click.echo(
            f"warn  {relay.cert} is not on this machine, so nobody has looked at it", err=True
        )
        return
    found = check_certificate(relay.cert, relay.key, relay.host)
    for line in as_lines(found)[:-2]:
        click.echo(line, err=True)
    if failed(found):
        raise ConfigError("--cert", str(relay.cert), "can't be used: see above what to do")


def _hand_over(relay: Relay, out: Path | None) -> None:
    """Write or show the settings, and say what is left to do."""
    text = configuration(relay)
    if out is None:
        click.echo(text, nl=False)
    else:
        try:
            write_private(out, text)
        except OSError as error:
            problem = f"can't be written: {error.strerror}; choose another folder, or use sudo"
            raise ConfigError("--out", str(out), problem) from error
        click.echo(f"Written: {out}. Let coturn's user alone read it, and start coturn anew.")
    urls = ", ".join(f'"{url}"' for url in relay.urls)
    click.echo(
        f"Then let the course's own course.toml say, and start the course anew:\n\n"
        f"[call]\nturn_urls = [{urls}]",
        err=out is None,
    )
