"""`motesklar serve`."""

import asyncio
from pathlib import Path

import click

from motesklar.errors import ConfigError
from motesklar.paths import DataFolder
from motesklar.web.demo import greet


def _loopback(host: str) -> bool:
    return host in ("127.0.0.1", "::1", "localhost")


@click.command()
@click.option("--port", default=8000, envvar="PORT", show_default=True, help="Port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--data",
    default="data",
    envvar="DATA",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for everything the course writes.",
)
@click.option(
    "--course",
    "overlay",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Your organisation's own course folder (motesklar course init makes one).",
)
@click.option(
    "--demo", is_flag=True, help="An invented organisation: anybody may type a name. Loopback only."
)
@click.option(
    "--public-url", default="", help="Where people reach the course, if not at this address."
)
@click.option("--base-url", default="/", show_default=True, help="Path before every address.")
@click.option(
    "--behind-proxy", is_flag=True, help="A proxy in front does TLS and sets X-Forwarded-*."
)
@click.option(
    "--tls-cert",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Certificate (PEM).",
)
@click.option(
    "--tls-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its key (PEM)."
)
@click.option(
    "--log",
    "log_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Log file; DATA/motesklar.log if not given.",
)
def serve(
    port: int,
    host: str,
    data: Path,
    overlay: Path | None,
    demo: bool,
    public_url: str,
    base_url: str,
    behind_proxy: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    log_file: Path | None,
) -> None:
    """Run the course until Ctrl-C."""
    # imported here: Voilà and nbgrader take a second to load, and --help shouldn't
    from motesklar.capacity.machine import allow_most_open_files
    from motesklar.web.app import ServeOptions
    from motesklar.web.app import serve as run
    from motesklar.web.log import configure_logging

    if demo and not (_loopback(host) and not behind_proxy):
        raise ConfigError(
            "--demo",
            "--host",
            "a demo listens on loopback only: leave --host and --behind-proxy out",
        )
    if (tls_cert is None) != (tls_key is None):
        raise ConfigError("--tls-cert", "--tls-key", "give both or none")
    allow_most_open_files()
    folder = DataFolder(data.resolve())
    folder.prepare()
    options = ServeOptions(
        data=folder,
        host=host,
        port=port,
        base_url="/" + base_url.strip("/") + ("/" if base_url.strip("/") else ""),
        public_url=public_url,
        demo=demo,
        behind_proxy=behind_proxy,
        tls_cert=tls_cert,
        tls_key=tls_key,
        overlay=overlay.resolve() if overlay else None,
    )
    path = log_file or folder.root / "motesklar.log"
    with path.open("a", encoding="utf-8") as stream:
        configure_logging(stream)
        asyncio.run(run(options, lambda services: click.echo(greet(services))))
