"""A real IMAP server (Debian's dovecot-imapd) with one mailbox, in a folder of its own."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self
from urllib.parse import quote

PASSWORD = "pass word/with@signs,and%40"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
mail_location = maildir:~/Maildir
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
"""


class Dovecot:
    """Runs while its `with` block does. `folder` should have a short path: sockets lie in it."""

    def __init__(self, folder: Path, certificate: Path) -> None:
        self.folder, self._certificate = folder, certificate
        self.port, self.tls_port = _free_port(), _free_port()

    def __enter__(self) -> Self:
        is_root = os.getuid() == 0
        me = pwd.getpwuid(os.getuid()).pw_name
        owner = pwd.getpwnam("nobody" if is_root else me)
        home = self.folder / "home"
        home.mkdir(parents=True)
        if is_root:
            os.chown(home, owner.pw_uid, owner.pw_gid)
            self.folder.chmod(0o755)
        (self.folder / "users").write_text(f"bounces@lantern.example:{{PLAIN}}{PASSWORD}::::::\n")
        (self.folder / "users").chmod(0o644)
        config = self.folder / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                folder=self.folder,
                certificate=self._certificate,
                internal="dovecot" if is_root else me,
                internal_group="dovecot" if is_root else me,
                login="dovenull" if is_root else me,
                port=self.port,
                tls_port=self.tls_port,
                uid=owner.pw_uid,
                gid=owner.pw_gid,
            )
        )
        program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
        self._process = subprocess.Popen([program, "-F", "-c", str(config)])
        deadline = time.monotonic() + 20
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)

    def address(self, *, tls: bool = False, password: str = PASSWORD, folder: str = "") -> str:
        scheme, port = ("imaps", self.tls_port) if tls else ("imap", self.port)
        user, secret = quote("bounces@lantern.example", safe=""), quote(password, safe="")
        return f"{scheme}://{user}:{secret}@127.0.0.1:{port}/{folder}"

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                return line.recv(4).startswith(b"* OK")
        except OSError:
            return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
